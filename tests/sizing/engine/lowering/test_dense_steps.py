import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sizing.engine.dtypes import complete_formats
from sizing.engine.lowering import lower_step
from sizing.engine.models import parse_config
from sizing.engine.operations import Layout, Step

CONFIG = {
    "model_type": "llama",
    "hidden_size": 512,
    "num_hidden_layers": 4,
    "num_attention_heads": 8,
    "num_key_value_heads": 4,
    "intermediate_size": 1408,
    "vocab_size": 1000,
}
MODEL = parse_config(CONFIG)
FORMATS = complete_formats("bf16")
TOKENS = st.integers(1, 5000)


def gemms(operations):
    return np.array([kind == "gemm" for kind in operations.kind])


def gemm_flops(operations):
    work = operations.flops * operations.count
    return work[:, gemms(operations)].sum(axis=1)


def lower(layout=None, **step):
    return lower_step(MODEL, FORMATS, Layout(**(layout or {})), Step(**step))


@given(decode=st.integers(0, 500), prefill=st.integers(0, 8000), sequences=st.integers(0, 500))
def test_gemm_flops_are_two_per_matrix_weight_and_token(decode, prefill, sequences):
    operations, _ = lower(
        decode_tokens=decode,
        decode_context=100,
        prefill_tokens=prefill,
        prefill_context=prefill / 2,
        sequences=sequences,
    )
    matrices = MODEL.quantisable_parameters
    head = 2 * MODEL.hidden * MODEL.vocab * sequences

    assert gemm_flops(operations)[0] == pytest.approx(2 * matrices * (decode + prefill) + head)


@given(tokens=TOKENS, tp=st.sampled_from([1, 2, 4]))
def test_tensor_parallelism_divides_gemm_flops(tokens, tp):
    whole, _ = lower(decode_tokens=tokens, decode_context=10)
    part, _ = lower({"tp": tp, "etp": tp}, decode_tokens=tokens, decode_context=10)

    assert gemm_flops(part)[0] == pytest.approx(gemm_flops(whole)[0] / tp)


def test_key_value_heads_are_replicated_once_ranks_exceed_them():
    four, _ = lower({"tp": 4, "etp": 4}, decode_tokens=64, decode_context=1000)
    eight, _ = lower({"tp": 8, "etp": 8}, decode_tokens=64, decode_context=1000)
    reads = [ops.bytes[0, ops.part.index("decode attention")] for ops in (four, eight)]
    queries = [64 * 8 / tp * 128 * 2 for tp in (4, 8)]

    assert reads[0] - queries[0] == pytest.approx(reads[1] - queries[1])
    assert gemm_flops(eight)[0] > gemm_flops(four)[0] / 2


def test_only_tokens_that_need_logits_reach_the_head():
    operations, _ = lower(prefill_tokens=4096, prefill_context=2048)

    assert operations.m[0, operations.part.index("output head gemm")] == 1


@given(decode=TOKENS, prefill=TOKENS)
def test_decode_and_prefill_tokens_share_their_gemms(decode, prefill):
    mixed, _ = lower(
        decode_tokens=decode, decode_context=50, prefill_tokens=prefill, prefill_context=50
    )

    assert mixed.m[0, mixed.part.index("qkv gemm")] == decode + prefill


def test_every_point_is_lowered_as_if_alone():
    tokens, contexts, ranks = [1, 7, 300], [10, 2000, 512], [1, 2, 4]
    together, _ = lower({"tp": ranks, "etp": ranks}, decode_tokens=tokens, decode_context=contexts)
    for row, (d, c, tp) in enumerate(zip(tokens, contexts, ranks, strict=True)):
        alone, _ = lower({"tp": tp, "etp": tp}, decode_tokens=d, decode_context=c)
        for column in ("flops", "bytes", "count", "m", "n", "k"):
            assert getattr(together, column)[row] == pytest.approx(getattr(alone, column)[0])


def test_a_step_without_tokens_costs_nothing():
    operations, messages = lower({"tp": 4, "etp": 4, "pp": 2})

    assert operations.total_flops[0] == 0
    assert operations.total_bytes[0] == 0
    assert messages == ()


def test_a_model_is_a_handful_of_operations():
    operations, _ = lower(decode_tokens=1, decode_context=1)

    assert 10 <= len(operations.part) <= 25


@given(tokens=TOKENS, tp=st.sampled_from([1, 2, 4, 8]))
def test_gemm_shapes_explain_their_flops(tokens, tp):
    ops, _ = lower({"tp": tp, "etp": tp}, decode_tokens=tokens, decode_context=7)
    chosen = gemms(ops)
    shapes = 2 * ops.m * ops.n * ops.k * ops.groups

    assert shapes[:, chosen] == pytest.approx(ops.flops[:, chosen])


def test_four_bit_weights_are_read_at_their_real_width(lowered):
    wide = lowered("llama-3.1-8b", decode_tokens=1, decode_context=1)
    narrow = lowered("llama-3.1-8b", formats={"weights": "int4"}, decode_tokens=1, decode_context=1)
    part = "mlp up gemm"

    assert narrow.of("bytes", part) / wide.of("bytes", part) == pytest.approx(4.5 / 16, rel=0.01)
    assert narrow.of("bytes", "output head gemm") == wide.of("bytes", "output head gemm")


def test_gguf_files_quantise_the_head_too(lowered):
    step = lowered("llama-3.1-8b", formats={"weights": "q8_0"}, decode_tokens=1, decode_context=1)
    dtypes = dict(zip(step.operations.part, step.operations.dtype, strict=True))

    assert dtypes["output head gemm"] == "q8_0"


def test_a_decode_step_reads_the_whole_model_once(lowered):
    step = lowered("llama-3.1-8b", decode_tokens=1, decode_context=1)
    weights = step.model.parameters - step.model.vocab * step.model.hidden

    assert step.total("bytes") == pytest.approx(2 * weights, rel=0.01)
