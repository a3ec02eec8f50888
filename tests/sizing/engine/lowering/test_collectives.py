import json
from pathlib import Path

import pytest

from sizing.engine.dtypes import complete_formats
from sizing.engine.lowering import lower_step
from sizing.engine.models import parse_config
from sizing.engine.operations import Layout, Step

LIBRARY = Path(__file__).parents[4] / "catalog" / "data" / "models"
MIXED = {"decode_tokens": 100, "decode_context": 500, "prefill_tokens": 900, "prefill_context": 450}
REDUCE = "tensor parallel all-reduce"


@pytest.mark.parametrize("slug", ["llama-3.1-8b", "mixtral-8x7b", "deepseek-v3", "qwen3.5-27b"])
def test_one_accelerator_exchanges_nothing(lowered, slug):
    assert lowered(slug, **MIXED).messages == ()


def test_tensor_parallelism_reduces_twice_per_layer(lowered):
    message = lowered("llama-3.1-8b", {"tp": 4, "etp": 4}, **MIXED).message(REDUCE)

    assert (message.kind, message.count[0], message.ranks[0]) == ("all_reduce", 64, 4)
    assert message.bytes[0] == 1000 * 4096 * 2


def test_parallel_residuals_are_reduced_once_per_layer(lowered):
    message = lowered("gpt-j-6b", {"tp": 2, "etp": 2}, **MIXED).message(REDUCE)

    assert message.count[0] == 28


def test_half_layers_are_reduced_once(lowered):
    message = lowered("nemotron-h-56b", {"tp": 8, "etp": 8}, **MIXED).message(REDUCE)

    assert message.count[0] == 118


def test_pipeline_stages_hand_over_their_rows(lowered):
    message = lowered("llama-3.1-8b", {"pp": 4}, **MIXED).message("pipeline hand-over")

    assert (message.kind, message.count[0], message.bytes[0]) == ("p2p", 3, 1000 * 4096 * 2)


def test_attention_groups_send_tokens_to_experts_and_back(lowered):
    step = lowered("deepseek-v3", {"attention_dp": 8, "ep": 8}, decode_tokens=512, decode_context=9)
    there, back = step.message("expert dispatch"), step.message("expert combine")
    reached = 8 * (1 - (7 / 8) ** 8)

    assert there.kind == back.kind == "all_to_all"
    assert there.count[0] == back.count[0] == 58
    assert there.bytes[0] == pytest.approx(512 / 8 * reached * 7 / 8 * 7168 * 2)
    assert step.message(REDUCE) is None


def test_fp8_activations_travel_to_experts_in_fp8(lowered):
    step = lowered(
        "deepseek-v3",
        {"attention_dp": 8, "ep": 8},
        {"weights": "fp8"},
        decode_tokens=512,
        decode_context=9,
    )

    there, back = step.message("expert dispatch"), step.message("expert combine")
    assert back.bytes[0] == 2 * there.bytes[0]


def test_expert_slices_under_attention_groups_gather_and_scatter(lowered):
    step = lowered("mixtral-8x7b", {"attention_dp": 4, "etp": 4}, **MIXED)
    message = step.message("expert gather and scatter")

    assert (message.kind, message.count[0]) == ("all_gather", 64)
    assert message.bytes[0] == 1000 * 4096 * 2


def test_layouts_priced_together_keep_their_own_messages():
    config = json.loads((LIBRARY / "llama-3.1-8b.json").read_text())["config"]
    layout = Layout(tp=[1, 2, 1], pp=[1, 1, 4], etp=[1, 2, 1])
    _, messages = lower_step(parse_config(config), complete_formats("bf16"), layout, Step(**MIXED))
    counts = {message.part: list(message.count) for message in messages}

    assert counts[REDUCE] == [0, 64, 0]
    assert counts["pipeline hand-over"] == [0, 0, 3]
