import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sizing.engine.evidence import level_note

LOADS = st.sampled_from(
    [
        {"mode": "static", "batch": 1},
        {"mode": "static", "batch": 32},
        {"mode": "concurrency", "requests": 16},
        {"mode": "saturated"},
    ]
)
SHAPES = st.fixed_dictionaries(
    {
        "model": st.sampled_from(["llama-3.1-8b", "llama-3.1-70b", "mixtral-8x7b"]),
        "input_tokens": st.integers(1, 4000),
        "output_tokens": st.integers(2, 600),
        "load": LOADS,
        "runtime": st.sampled_from(["vllm", "tensorrt-llm", "sglang", "generic"]),
    }
)
COUNTS = st.sampled_from([1, 2, 4, 8])
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def seconds(answer):
    return 1.0 / answer.metrics["output_tokens_per_s"].value


@given(fields=SHAPES, count=COUNTS, factor=st.floats(1.0, 4.0))
@FEW
def test_more_memory_never_makes_a_feasible_case_infeasible(engine, fields, count, factor):
    larger = engine.faster(engine.h100, capacity_bytes=factor)
    if engine.ask(count=count, **fields).feasible:
        assert engine.ask(larger, count, **fields).feasible


@given(
    fields=SHAPES,
    count=COUNTS,
    factor=st.floats(1.0, 4.0),
    figure=st.sampled_from(["memory_bytes_per_s", "link_bytes_per_s"]),
)
@FEW
def test_a_faster_memory_or_link_never_slows_anything(engine, fields, count, factor, figure):
    plan = {"tensor_parallel": count}
    usual = engine.ask(count=count, plan=plan, **fields)
    quick = engine.ask(engine.faster(engine.h100, **{figure: factor}), count, plan, **fields)
    if usual.feasible:
        assert seconds(quick) <= seconds(usual) * (1 + 1e-9)


@given(fields=SHAPES, count=COUNTS, factor=st.floats(1.0, 4.0))
@FEW
def test_a_higher_peak_never_slows_anything(engine, fields, count, factor):
    peaks = {name: peak * factor for name, peak in engine.h100.peak_flops.items()}
    quick = attrs.evolve(engine.h100, peak_flops=peaks)
    plan = {"tensor_parallel": count}
    usual = engine.ask(count=count, plan=plan, **fields)
    if usual.feasible:
        answer = engine.ask(quick, count, plan, **fields)
        assert seconds(answer) <= seconds(usual) * (1 + 1e-9)


@given(fields=SHAPES, count=COUNTS)
@FEW
def test_every_interval_holds_its_value(engine, fields, count):
    for metric in engine.ask(count=count, **fields).metrics.values():
        assert 0 < metric.low <= metric.value <= metric.high


@given(fields=SHAPES)
@FEW
def test_one_accelerator_has_no_interconnect_time(engine, fields):
    answer = engine.ask(**fields)
    assert all(part.bound != "interconnect" for part in answer.breakdown)


@given(fields=SHAPES, count=COUNTS)
@FEW
def test_shares_of_the_breakdown_add_up(engine, fields, count):
    answer = engine.ask(count=count, **fields)
    if answer.feasible:
        assert sum(part.share for part in answer.breakdown) == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("batch", [1, 8, 64])
def test_fp8_is_never_slower_than_bf16_where_the_units_have_it(engine, batch):
    def latency(weights):
        answer = engine.ask(weights=weights, load={"mode": "static", "batch": batch})
        return answer.metrics["request_latency_ms"].value

    assert latency("fp8") <= latency("bf16")


def test_batch_eight_reads_more_experts_than_batch_one(engine):
    def tpot(model, batch):
        answer = engine.ask(
            count=4, model=model, input_tokens=1, load={"mode": "static", "batch": batch}
        )
        return answer.metrics["tpot_ms"].value

    dense = tpot("llama-3.1-70b", 8) / tpot("llama-3.1-70b", 1)
    experts = tpot("mixtral-8x7b", 8) / tpot("mixtral-8x7b", 1)
    assert experts > 1.5 * dense


def test_weaker_evidence_means_a_wider_interval(engine):
    def width(slug, family):
        part = attrs.evolve(engine.h100, slug=slug, family=family)
        metric = engine.ask(part).metrics["tpot_ms"]
        return metric.high / metric.low

    measured = width(engine.h100.slug, "hopper")
    family = width("nvidia-h100-other", "hopper")
    datasheet = width("acme-one", "acme")
    assert measured < family < datasheet


def test_notes_name_the_accelerator(engine):
    assert engine.t4.name in level_note("datasheet", engine.t4)
