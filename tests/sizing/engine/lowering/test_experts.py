import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sizing.engine.lowering.experts import distinct_experts

EXPERT_PARTS = ("expert up gemm", "expert down gemm")


@given(experts=st.integers(1, 1000), data=st.data(), tokens=st.integers(0, 10_000))
def test_distinct_experts_stay_between_what_one_token_and_all_tokens_choose(experts, data, tokens):
    active = data.draw(st.integers(1, experts))
    touched = float(distinct_experts(experts, active, np.array(float(tokens))))

    assert touched <= min(experts, tokens * active) * (1 + 1e-9)
    assert tokens == 0 or touched >= active * (1 - 1e-9)


def test_one_token_of_mixtral_touches_two_experts_and_eight_nearly_all():
    touched = distinct_experts(8, 2, np.array([1.0, 8.0]))

    assert touched == pytest.approx([2.0, 7.2], abs=0.01)


def test_a_batch_of_eight_reads_more_expert_weights_than_one(lowered):
    one = lowered("mixtral-8x7b", decode_tokens=1, decode_context=100)
    eight = lowered("mixtral-8x7b", decode_tokens=8, decode_context=100)
    ratio = eight.total("bytes", *EXPERT_PARTS) / one.total("bytes", *EXPERT_PARTS)

    assert ratio == pytest.approx(7.2 / 2, rel=0.01)


@pytest.mark.parametrize("tokens", [1, 3, 50, 2999])
def test_expert_flops_count_active_parameters_only(lowered, tokens):
    step = lowered("qwen3-30b-a3b", prefill_tokens=tokens, prefill_context=tokens / 2)
    feed = step.model.layers[0].layer.feed_forward
    active = 48 * feed.active * feed.expert_parameters

    assert step.total("flops", *EXPERT_PARTS) == pytest.approx(2 * active * tokens)


def test_each_expert_gemm_sees_its_share_of_rows(lowered):
    step = lowered("mixtral-8x7b", prefill_tokens=4096, prefill_context=2048)

    assert step.of("groups", "expert up gemm") == pytest.approx(8)
    assert step.of("m", "expert up gemm") == pytest.approx(4096 * 2 / 8)


def test_expert_parallel_and_expert_tensor_parallel_divide_the_same_work(lowered):
    step = {"prefill_tokens": 4096, "prefill_context": 2048}
    spread = lowered("mixtral-8x7b", {"tp": 4, "ep": 4}, **step)
    sliced = lowered("mixtral-8x7b", {"tp": 4, "etp": 4}, **step)

    assert spread.total("flops", *EXPERT_PARTS) == pytest.approx(
        sliced.total("flops", *EXPERT_PARTS)
    )
    assert spread.of("n", "expert up gemm") == 4 * sliced.of("n", "expert up gemm")


def test_the_busiest_rank_sets_the_rows(lowered):
    layout = {"tp": 4, "ep": 4, "expert_imbalance": 1.5}
    even = lowered("mixtral-8x7b", {"tp": 4, "ep": 4}, decode_tokens=512, decode_context=10)
    uneven = lowered("mixtral-8x7b", layout, decode_tokens=512, decode_context=10)

    assert uneven.of("m", "expert up gemm") == 1.5 * even.of("m", "expert up gemm")


def test_experts_of_a_latent_model_work_in_the_latent_width(lowered):
    step = lowered("nemotron-3-super-120b-a12b", decode_tokens=64, decode_context=10)

    assert step.of("k", "expert up gemm") == 1024


def test_shared_experts_see_every_token(lowered):
    step = lowered("deepseek-v3", decode_tokens=77, decode_context=10)

    assert step.of("m", "shared expert up gemm") == 77
    assert step.of("count", "shared expert up gemm") == 58
    assert step.of("count", "mlp up gemm") == 3


def test_attention_groups_share_the_experts_and_split_the_attention(lowered):
    alone = lowered("deepseek-v3", decode_tokens=256, decode_context=1000)
    spread = lowered(
        "deepseek-v3", {"attention_dp": 8, "ep": 8}, decode_tokens=256, decode_context=1000
    )

    for column, parts in (("flops", EXPERT_PARTS), ("bytes", ("decode attention",))):
        assert spread.total(column, *parts) == pytest.approx(alone.total(column, *parts) / 8)
