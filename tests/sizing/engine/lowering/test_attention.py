import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sizing.engine.lowering.spans import mean_visible
from sizing.engine.models.layers import Span

SPANS = st.one_of(
    st.builds(Span, window=st.none(), stride=st.just(1), top=st.none()),
    st.builds(Span, window=st.integers(1, 500), stride=st.just(0), top=st.none()),
    st.builds(Span, window=st.none(), stride=st.just(1), top=st.integers(1, 500)),
    st.builds(Span, window=st.integers(1, 99), stride=st.integers(2, 9), top=st.integers(1, 99)),
)


def visible_at(span, position):
    seen = min(span.window, position) if span.window is not None else 0.0
    if span.stride:
        strided = position / span.stride
        seen += min(span.top, strided) if span.top else strided
    return seen


@given(span=SPANS, first=st.integers(0, 2000), width=st.integers(1, 2000))
def test_the_closed_form_is_the_mean_over_positions(span, first, width):
    steps = 40
    positions = first + (np.arange(width * steps) + 0.5) / steps
    brute = np.mean([visible_at(span, position) for position in positions[:: max(1, width // 50)]])
    closed = mean_visible(span, np.array([float(first)]), np.array([float(first + width)]))

    assert closed[0] == pytest.approx(brute, rel=0.05, abs=0.5)


@given(span=SPANS, position=st.integers(0, 10_000))
def test_a_single_position_sees_what_its_span_allows(span, position):
    at = np.array([float(position)])

    assert mean_visible(span, at, at)[0] == pytest.approx(visible_at(span, position))


def test_prompt_attention_counts_the_causal_half(lowered):
    step = lowered("llama-2-7b", prefill_tokens=2048, prefill_context=1024)
    layer = 2 * 2048 * 1024 * 2 * 4096

    assert step.total("flops", "prefill attention") == pytest.approx(32 * layer)


def test_a_later_chunk_attends_to_the_earlier_ones(lowered):
    fresh = lowered("llama-2-7b", prefill_tokens=512, prefill_context=256, prefill_sequences=1)
    later = lowered("llama-2-7b", prefill_tokens=512, prefill_context=1792, prefill_sequences=1)

    ratio = later.total("flops", "prefill attention") / fresh.total("flops", "prefill attention")
    assert ratio == pytest.approx(7)


def test_chunks_add_up_to_the_whole_prompt(lowered):
    whole = lowered("mistral-7b", prefill_tokens=8192, prefill_context=4096)
    chunks = [
        lowered(
            "mistral-7b",
            prefill_tokens=1024,
            prefill_context=1024 * i + 512,
            prefill_sequences=1,
        )
        for i in range(8)
    ]

    total = sum(chunk.total("flops", "prefill attention") for chunk in chunks)
    assert total == pytest.approx(whole.total("flops", "prefill attention"))


def test_an_fp8_cache_halves_what_decode_attention_reads(lowered):
    def read(cache):
        step = lowered(
            "llama-3.1-70b", formats={"kv_cache": cache}, decode_tokens=64, decode_context=8000
        )
        return step.total("bytes", "decode attention")

    assert read("fp8") / read("bf16") == pytest.approx(0.5, rel=0.02)


def test_decode_reads_grow_with_context_only_inside_the_window(lowered):
    def read(slug, context):
        return lowered(slug, decode_tokens=8, decode_context=context).total(
            "bytes", "decode attention"
        )

    assert read("mistral-7b", 32_000) == read("mistral-7b", 4096)
    assert read("llama-2-7b", 32_000) > 7 * read("llama-2-7b", 4096)


def test_latent_attention_decodes_over_the_576_wide_latent(lowered):
    step = lowered("deepseek-v3", decode_tokens=32, decode_context=1000)
    reads = 61 * 32 * 1000 * 576 * 2
    queries = 61 * 32 * 128 * (576 + 512) * 2

    assert step.total("bytes", "decode attention") == pytest.approx(reads + queries)
    flops = 61 * 2 * 32 * 1000 * 128 * (576 + 512)
    assert step.total("flops", "decode attention") == pytest.approx(flops)


def test_latent_prompts_expand_and_single_tokens_absorb(lowered):
    decode = lowered("deepseek-v3", decode_tokens=1, decode_context=10)
    prefill = lowered("deepseek-v3", prefill_tokens=64, prefill_context=32)

    assert decode.of("count", "key value up gemm") == 0
    assert decode.of("count", "query absorb gemm") == 61
    assert prefill.of("count", "key value up gemm") == 61
    assert prefill.of("count", "query absorb gemm") == 0


def test_the_absorbed_matrices_do_the_same_work_as_the_expanded_one(lowered):
    decode = lowered("deepseek-v3", decode_tokens=64, decode_context=10)
    prefill = lowered("deepseek-v3", prefill_tokens=64, prefill_context=10)
    absorbed = decode.total("flops", "query absorb gemm", "value absorb gemm")

    assert absorbed == pytest.approx(prefill.total("flops", "key value up gemm"))


def test_learned_sparse_attention_reads_its_selection(lowered):
    dense = lowered("deepseek-v3.1", decode_tokens=1, decode_context=100_000)
    sparse = lowered("deepseek-v3.2", decode_tokens=1, decode_context=100_000)

    assert sparse.total("bytes", "decode attention") < dense.total("bytes", "decode attention") / 5


def test_state_layers_cost_the_same_at_any_context(lowered):
    short, long = (
        lowered("nemotron-3-nano-30b-a3b", decode_tokens=16, decode_context=context)
        for context in (100, 100_000)
    )

    assert short.total("bytes", "state update") == long.total("bytes", "state update") > 0


def test_a_state_is_read_and_written_once_per_sequence(lowered):
    step = lowered("nemotron-3-nano-30b-a3b", decode_tokens=4, decode_context=10)

    moved = step.total("bytes", "state update")
    assert moved == pytest.approx(2 * 4 * step.model.state_bytes_per_request)
