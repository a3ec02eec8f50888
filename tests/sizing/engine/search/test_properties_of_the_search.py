"""Physics and economics that no request may break."""

import math

from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sizing.engine.search.small_market import (
    BIG,
    MARKET,
    accelerator,
    answer,
    metric,
    rent,
    system,
    workload,
)

quick = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))

loads = st.one_of(
    st.builds(lambda n: {"mode": "concurrency", "requests": n}, st.integers(1, 400)),
    st.builds(lambda n: {"mode": "static", "batch": n}, st.integers(1, 400)),
    st.just({"mode": "saturated"}),
)
workloads = st.builds(
    lambda load, i, o: workload(load=load, input_tokens=i, output_tokens=o),
    loads,
    st.integers(1, 8000),
    st.integers(2, 400),
)
limits = st.fixed_dictionaries(
    {"tpot_ms": st.none() | st.floats(5, 100), "max_accelerators": st.sampled_from([1, 8, 64])}
)


def best(found):
    ranked = found["recommendations"]
    return ranked[0] if ranked else None


def best_cost(found):
    first = best(found)
    return math.inf if first is None or not first["cost"] else float(first["cost"]["per_h"])


@quick
@given(workloads, limits, st.floats(4e9, 100e9), st.floats(1.0, 4.0))
def test_more_memory_never_makes_a_feasible_request_infeasible(asked, within, capacity, factor):
    def feasible(size):
        card = accelerator("card", capacity_bytes=size)
        market = tuple(system(card, count, prices=(rent(float(count)),)) for count in (1, 8))
        return best(answer(systems=market, workload=asked, constraints=within, limit=1))

    if feasible(capacity) is not None:
        assert feasible(capacity * factor) is not None


@quick
@given(workloads, limits, st.floats(0.05, 40.0), st.sampled_from([1, 2, 4, 8]))
def test_another_system_never_makes_the_best_dearer(asked, within, price, count):
    asked = {**asked, "load": {"mode": "concurrency", "requests": 48}}
    more = (*MARKET, system(BIG, count, slug="newcomer", prices=(rent(price),)))
    before = best_cost(answer(workload=asked, constraints=within))
    assert best_cost(answer(systems=more, workload=asked, constraints=within)) <= before


@quick
@given(workloads, st.floats(8, 80), st.floats(0.3, 1.0))
def test_a_tighter_limit_never_makes_the_best_cheaper(asked, tpot_ms, share):
    asked = {**asked, "load": {"mode": "concurrency", "requests": 48}}
    loose = best_cost(answer(workload=asked, constraints={"tpot_ms": tpot_ms}))
    tight = best_cost(answer(workload=asked, constraints={"tpot_ms": tpot_ms * share}))
    assert tight >= loose


@quick
@given(workloads, limits)
def test_what_is_recommended_keeps_its_limits(asked, within):
    for item in answer(workload=asked, constraints=within)["recommendations"]:
        assert item["count"] <= within["max_accelerators"]
        assert item["memory"]["total_gb"] <= item["memory"]["capacity_gb"]
        if within["tpot_ms"] and "tpot_ms" in item["metrics"]:
            assert metric(item, "tpot_ms") <= within["tpot_ms"] * (1 + 1e-5)


@quick
@given(workloads, limits, st.sampled_from(["cost", "latency", "throughput", "energy"]))
def test_every_variant_is_accounted_for(asked, within, objective):
    found = answer(workload=asked, constraints=within, objective=objective)
    recommended = {item["accelerator"] for item in found["recommendations"]}
    assert recommended | {item["accelerator"] for item in found["rejected"]} == {
        "big",
        "slow",
        "tiny",
    }


@quick
@given(st.floats(1.01, 3.0))
def test_a_dearer_offer_never_ranks_better(factor):
    cheap = system(BIG, 8, slug="cheap", prices=(rent(20.0),))
    dear = evolve(cheap, slug="dear", name="dear", prices=(rent(20.0 * factor),))
    found = answer(systems=(dear, cheap))["recommendations"]
    slugs = [item["system"]["slug"] for item in found]
    assert slugs.index("cheap") == 0


held = st.one_of(
    st.builds(lambda n: {"mode": "concurrency", "requests": n}, st.integers(1, 400)),
    st.builds(lambda n: {"mode": "rate", "requests_per_s": n}, st.floats(0.5, 60)),
)


@quick
@given(held, st.integers(1, 3), st.sampled_from([None, 15, 40]))
def test_spare_replicas_never_make_the_best_cheaper(load, spare, tpot_ms):
    asked, limit = workload(load=load), {"tpot_ms": tpot_ms}
    plain = best_cost(answer(workload=asked, constraints=limit))
    spared = answer(workload=asked, constraints={**limit, "spare_replicas": spare})
    assert best_cost(spared) >= plain
    for item in spared["recommendations"]:
        replicas = item["sized_for"]["replicas"]
        assert replicas["carrying"] >= 1
        assert replicas["spare"] == spare
        assert replicas["carrying"] + spare == replicas["all"] == item["plan"]["data_parallel"]


@quick
@given(held, st.floats(1, 4), st.floats(0, 200), st.sampled_from([15, 40]))
def test_limits_hold_at_the_load_that_was_sized_for(load, peak, growth, tpot_ms):
    limit = {"tpot_ms": tpot_ms, "peak_factor": peak, "growth_percent": growth}
    for item in answer(workload=workload(load=load), constraints=limit)["recommendations"]:
        shown = item["sized_for"] or item
        assert metric(shown, "tpot_ms") <= tpot_ms * (1 + 1e-5)
