"""Twenty deployments that people run and twenty that cannot load.

The arithmetic of each stands in docs/models-and-memory.md.
"""

import attrs
import pytest

from sizing.engine.dtypes import complete_formats
from sizing.engine.memory import kv_pool_bytes
from sizing.engine.memory.rules import RULES
from sizing.engine.operations import Layout

CAPACITY_BYTES = {
    "T4": 16.11e9,
    "A10": 24.16e9,
    "RTX 4090": 25.64e9,
    "A100 40GB": 42.73e9,
    "L40S": 48.32e9,
    "A100 80GB": 85.47e9,
    "H100": 85.52e9,
    "H200": 150.75e9,
    "MI300X": 205.13e9,
}
"""What a program can allocate, as in the catalog."""

FITS = [
    ("phi-2", "fp16", "T4", 1),
    ("llama-3.1-8b", "int4", "T4", 1),
    ("llama-2-7b", "fp16", "A10", 1),
    ("mistral-7b", "bf16", "RTX 4090", 1),
    ("gpt-oss-20b", "mxfp4", "RTX 4090", 1),
    ("llama-3.1-8b", "fp8", "L40S", 1),
    ("llama-2-13b", "fp16", "L40S", 1),
    ("llama-33b", "fp16", "A100 80GB", 1),
    ("qwen3-32b", "bf16", "H100", 1),
    ("llama-2-70b", "fp8", "H100", 1),
    ("gpt-oss-120b", "mxfp4", "H100", 1),
    ("mixtral-8x7b", "bf16", "H100", 2),
    ("llama-3.1-70b", "bf16", "H100", 4),
    ("llama-3.1-70b", "fp8", "H200", 1),
    ("llama-3.1-70b", "bf16", "MI300X", 1),
    ("mixtral-8x22b", "bf16", "H100", 8),
    ("qwen3-235b-a22b", "bf16", "H100", 8),
    ("llama-3.1-405b", "fp8", "H100", 8),
    ("llama-3.1-405b", "bf16", "H200", 8),
    ("deepseek-r1", "fp8", "H200", 8),
]
MISFITS = [
    ("llama-3.1-8b", "bf16", "T4", 1),
    ("llama-2-13b", "fp16", "A10", 1),
    ("llama-3.1-70b", "int4", "RTX 4090", 1),
    ("codellama-34b", "fp16", "A100 40GB", 1),
    ("qwen3-32b", "bf16", "L40S", 1),
    ("llama-3.1-70b", "fp8", "L40S", 1),
    ("llama-3.1-70b", "bf16", "L40S", 2),
    ("gpt-oss-120b", "mxfp4", "L40S", 1),
    ("llama-2-70b", "fp16", "A100 80GB", 1),
    ("llama-3.1-70b", "bf16", "H100", 1),
    ("mixtral-8x7b", "bf16", "H100", 1),
    ("mixtral-8x22b", "bf16", "H100", 2),
    ("falcon-180b", "bf16", "H100", 4),
    ("bloom-176b", "bf16", "A100 40GB", 8),
    ("qwen3-235b-a22b", "bf16", "H100", 4),
    ("llama-3.1-405b", "fp8", "H100", 4),
    ("llama-3.1-405b", "bf16", "H100", 8),
    ("deepseek-r1", "fp8", "H100", 8),
    ("deepseek-v3", "bf16", "H200", 8),
    ("kimi-k2", "fp8", "H100", 8),
]
CASE = ("slug", "weights", "card", "tp")


def pool_bytes(model, weights, card, tp, runtime):
    layout = Layout(tp=tp, etp=tp)
    formats = complete_formats("bf16", weights=weights)
    capacity = CAPACITY_BYTES[card]
    found = kv_pool_bytes(
        model, formats, layout, runtime, capacity_bytes=capacity, step_tokens=8192
    )
    return float(found[0])


def answer(engine, slug, weights, card, tp):
    part = attrs.evolve(engine.h100, capacity_bytes=CAPACITY_BYTES[card])
    plan = {"tensor_parallel": tp, "pipeline_parallel": 1}
    load = {"mode": "static", "batch": 1}
    return engine.ask(
        part, tp, plan, model=slug, weights=weights, load=load, runtime="vllm", output_tokens=16
    )


@pytest.mark.parametrize("runtime", ["vllm", "tensorrt-llm", "sglang", "generic"])
@pytest.mark.parametrize(CASE, FITS)
def test_what_people_run_fits(model, slug, weights, card, tp, runtime):
    assert pool_bytes(model(slug), weights, card, tp, runtime) > 0


@pytest.mark.parametrize("runtime", RULES)
@pytest.mark.parametrize(CASE, MISFITS)
def test_what_cannot_run_does_not_fit(model, slug, weights, card, tp, runtime):
    assert pool_bytes(model(slug), weights, card, tp, runtime) < 0


@pytest.mark.parametrize(CASE, FITS)
def test_an_answer_for_what_people_run_is_feasible(engine, slug, weights, card, tp):
    assert answer(engine, slug, weights, card, tp).feasible


@pytest.mark.parametrize(CASE, MISFITS)
def test_an_answer_for_what_cannot_run_is_not_feasible(engine, slug, weights, card, tp):
    assert not answer(engine, slug, weights, card, tp).feasible


def test_a_70b_model_in_fp8_leaves_one_h100_room_for_a_few_requests_only(model):
    llama = model("llama-2-70b")
    room = pool_bytes(llama, "fp8", "H100", 1, "vllm")

    assert 0 < room / (2048 * llama.kv_bytes_per_token("bf16")) < 16
