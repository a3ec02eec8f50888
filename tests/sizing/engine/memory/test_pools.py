import pytest
from hypothesis import given
from hypothesis import strategies as st

from sizing.engine.dtypes import complete_formats
from sizing.engine.memory import kv_pool_bytes, max_requests, memory_use
from sizing.engine.memory.rules import RULES
from sizing.engine.models import parse_config
from sizing.engine.operations import Layout

H100 = 85.52e9
RUNTIMES = (*RULES, "generic")
SMALL = parse_config(
    {
        "model_type": "llama",
        "hidden_size": 1024,
        "num_hidden_layers": 8,
        "num_attention_heads": 8,
        "intermediate_size": 4096,
        "vocab_size": 32_000,
    }
)
BF16 = complete_formats("bf16")


def pool(model, formats, capacity, runtime="vllm", *, tp=1, step_tokens=8192, **more):
    layout = Layout(tp=tp, etp=tp)
    found = kv_pool_bytes(
        model, formats, layout, runtime, capacity_bytes=capacity, step_tokens=step_tokens, **more
    )
    return float(found[0])


@given(
    capacity=st.floats(1e9, 1e12),
    more=st.floats(0, 1e12),
    runtime=st.sampled_from(RUNTIMES),
    tokens=st.integers(1, 16_384),
)
def test_more_memory_never_holds_less(capacity, more, runtime, tokens):
    small, large = (
        pool(SMALL, BF16, size, runtime, step_tokens=tokens) for size in (capacity, capacity + more)
    )
    # SGLang's reserve steps up at 35 and 60 GB: a card just over the line has less left.
    allowed = 16e9 if runtime == "sglang" else 1.0

    assert large >= small - allowed


def test_the_free_rule_keeps_a_tenth_of_what_is_left(model):
    llama = model("llama-3.1-8b")
    use = memory_use(
        llama, BF16, Layout(), "tensorrt-llm", requests=16, context=0, step_tokens=8192
    )
    expected = 0.9 * (H100 - float(use.total[0]))

    assert pool(llama, BF16, H100, "tensorrt-llm") == pytest.approx(expected)


def test_the_capacity_rule_keeps_a_tenth_of_everything(model):
    llama = model("llama-3.1-8b")
    use = memory_use(llama, BF16, Layout(), "vllm", requests=16, context=0, step_tokens=8192)

    assert pool(llama, BF16, H100, "vllm") == pytest.approx(0.9 * H100 - float(use.total[0]))


def test_a_named_fraction_replaces_the_default(model):
    llama = model("llama-3.1-8b")
    gained = pool(llama, BF16, H100, memory_fraction=0.95) - pool(llama, BF16, H100)

    assert gained == pytest.approx(0.05 * H100)


def test_requests_are_whole_and_shared_by_attention_groups(model):
    llama = model("llama-3.1-8b")
    each = 2048 * 131_072
    layout = Layout(attention_dp=[1, 4])

    assert list(max_requests(llama, BF16, layout, 10.7 * each, 2048)) == [10, 40]


def test_no_room_admits_nobody(model):
    assert max_requests(model("llama-3.1-8b"), BF16, Layout(), -1e9, 2048)[0] == 0


def test_an_8b_model_on_an_h100_holds_about_half_a_million_tokens(model):
    llama = model("llama-3.1-8b")
    tokens = pool(llama, BF16, H100, "vllm", step_tokens=8192, sequences=256) / 131_072

    assert 400_000 < tokens < 470_000
