import json
import math
import re

import pytest

CONTRACT_KEYS = {
    "feasible",
    "problems",
    "metrics",
    "memory",
    "plan",
    "breakdown",
    "bottleneck",
    "evidence",
    "engine_version",
}


@pytest.mark.parametrize(
    "load",
    [
        {"mode": "static", "batch": 8},
        {"mode": "concurrency", "requests": 64},
        {"mode": "rate", "requests_per_s": 4},
        {"mode": "saturated"},
    ],
)
def test_every_load_gets_every_metric_of_the_contract(engine, load):
    metrics = engine.ask(load=load).metrics
    assert set(metrics) == {
        "ttft_ms",
        "tpot_ms",
        "request_latency_ms",
        "output_tokens_per_s",
        "total_tokens_per_s",
        "prefill_tokens_per_s",
        "decode_tokens_per_s",
        "requests_per_s",
        "max_concurrency",
        "peak_memory_gb",
    }


def test_the_answer_is_plain_json_with_the_contract_s_keys(engine):
    answer = engine.ask().to_dict()
    assert set(answer) == CONTRACT_KEYS
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer


def test_latency_is_ttft_plus_the_gaps(engine):
    metrics = engine.ask(output_tokens=101).metrics
    expected = metrics["ttft_ms"].value + 100 * metrics["tpot_ms"].value
    assert metrics["request_latency_ms"].value == pytest.approx(expected)


def test_one_output_token_has_no_time_per_output_token(engine):
    assert "tpot_ms" not in engine.ask(output_tokens=1).metrics


def test_a_405b_model_on_one_t4_names_the_shortfall_and_a_way_out(engine):
    answer = engine.ask(engine.t4, model="llama-3.1-405b")
    assert not answer.feasible
    assert dict(answer.metrics) == {}
    assert "GB short" in answer.problems[0]
    assert "would fit" in answer.problems[1]
    assert answer.bottleneck == "memory-capacity"


def test_the_proposed_spread_really_fits(engine):
    problem = engine.ask(engine.t4, model="llama-3.1-405b").problems[1]
    count, tensor, stages = map(
        int, re.search(r"over (\d+) .* (\d+), .* (\d+)\)", problem).groups()
    )
    plan = {"tensor_parallel": tensor, "pipeline_parallel": stages}
    assert engine.ask(engine.t4, count, plan, model="llama-3.1-405b").feasible


def test_a_cpu_is_an_accelerator_too(engine):
    answer = engine.ask(engine.cpu, model="llama-3.2-1b", runtime="llama.cpp")
    assert answer.feasible
    assert answer.evidence.level == "datasheet"


def test_a_context_beyond_the_window_is_noted_not_refused(engine):
    answer = engine.ask(model="llama-3-8b", input_tokens=20_000)
    assert answer.feasible
    assert any("window" in note for note in answer.evidence.notes)


def test_narrow_weights_warn_about_quality(engine):
    notes = engine.ask(weights="int4").evidence.notes
    assert any("quality" in note for note in notes)
    assert any("dequantised" in note for note in notes)


def test_a_prefix_cache_shortens_the_time_to_first_token(engine):
    cold = engine.ask(input_tokens=8000).metrics["ttft_ms"].value
    warm = engine.ask(input_tokens=8000, prefix_cache_hit_rate=0.9).metrics["ttft_ms"].value
    assert warm < 0.5 * cold


def test_a_flooded_rate_says_what_the_deployment_sustains(engine):
    answer = engine.ask(load={"mode": "rate", "requests_per_s": 5000})
    assert answer.metrics["requests_per_s"].value < 1000
    assert any("sustains" in note for note in answer.evidence.notes)


@pytest.mark.parametrize(
    "mode", [{"mode": "rate", "requests_per_s": 20}, {"mode": "concurrency", "requests": 40}]
)
def test_a_high_percentile_is_slower_than_the_median(engine, mode):
    slow = engine.ask(load=mode, slo={"percentile": 95}).metrics["ttft_ms"].value
    usual = engine.ask(load=mode, slo={"percentile": 50}).metrics["ttft_ms"].value
    assert slow >= usual


def test_two_replicas_serve_twice_as_much(engine):
    one = engine.ask(load={"mode": "saturated"}, plan={"tensor_parallel": 1})
    two = engine.ask(count=2, load={"mode": "saturated"}, plan={"tensor_parallel": 1})
    rates = [answer.metrics["output_tokens_per_s"].value for answer in (one, two)]
    assert rates[1] == pytest.approx(2 * rates[0], rel=1e-6)


def test_max_concurrency_counts_all_replicas(engine):
    one = engine.ask(plan={"tensor_parallel": 1}).metrics["max_concurrency"].value
    two = engine.ask(count=2, plan={"tensor_parallel": 1}).metrics["max_concurrency"].value
    assert two == pytest.approx(2 * one, rel=0.01)


def test_users_beyond_memory_are_bound_by_its_capacity(engine):
    load = {"mode": "concurrency", "requests": 400}
    answer = engine.ask(input_tokens=7000, output_tokens=500, load=load)
    assert answer.bottleneck == "memory-capacity"


def test_a_first_token_never_comes_after_the_last(engine):
    load = {"mode": "concurrency", "requests": 5000}
    metrics = engine.ask(load=load).metrics
    assert metrics["ttft_ms"].high <= metrics["request_latency_ms"].high


def test_memory_adds_up(engine):
    memory = engine.ask().memory
    parts = memory.weights_gb + memory.kv_cache_gb + memory.activations_gb + memory.runtime_gb
    assert memory.total_gb == pytest.approx(parts)
    assert memory.total_gb + memory.reserved_gb <= memory.capacity_gb * 1.001


@pytest.mark.parametrize("model", ["gemma-2b", "qwen2.5-1.5b", "llama-3.2-1b"])
def test_a_crowd_leaves_room_for_its_own_buffers(engine, model):
    asked = {"model": model, "load": {"mode": "saturated"}}
    memory = engine.ask(engine.t4, input_tokens=256, output_tokens=256, **asked).memory
    assert memory.total_gb <= memory.capacity_gb


def test_a_version_that_is_no_number_means_the_latest(engine):
    assert engine.ask(runtime="vllm", runtime_version="main") == engine.ask(runtime="vllm")


def test_all_figures_are_finite(engine):
    for load in ({"mode": "static", "batch": 1}, {"mode": "concurrency", "requests": 1}):
        for metric in engine.ask(load=load, input_tokens=1, output_tokens=1).metrics.values():
            assert all(math.isfinite(x) for x in (metric.low, metric.value, metric.high))
