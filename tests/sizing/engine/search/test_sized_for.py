import pytest

from tests.sizing.engine.search.small_market import BIG, answer, metric, rent, system, workload

ONE = (system(BIG, 1, prices=(rent(3.0),)),)
EIGHT = (system(BIG, 8, prices=(rent(22.0),)),)
RATE = {"load": {"mode": "rate", "requests_per_s": 30}}
LIMITS = {"tpot_ms": 15}


def best(systems=ONE, asked=RATE, **constraints):
    found = answer(
        systems=systems, workload=workload(**asked), constraints={**LIMITS, **constraints}
    )
    return found["recommendations"][0]


def test_nothing_is_said_where_nothing_was_added():
    assert best()["sized_for"] is None


def test_the_load_sized_for_is_stated_times_peak_times_growth():
    found = best(peak_factor=2, growth_percent=50)
    assert found["sized_for"]["load"] == {
        "unit": "requests per second",
        "stated": 30,
        "peak_factor": 2,
        "growth_percent": 50,
        "headroom": 0,
        "sized_for": 90,
    }
    assert "30 as stated x 2 at the busiest moment x 1.5 for growth" in found["why"]


def test_a_peak_needs_as_much_as_a_load_that_is_always_that_high():
    always = best(asked={"load": {"mode": "rate", "requests_per_s": 60}})
    peak = best(peak_factor=2)
    assert peak["count"] == always["count"]
    assert peak["sized_for"]["metrics"]["ttft_ms"] == always["metrics"]["ttft_ms"]


def test_the_figures_shown_are_at_the_load_as_stated():
    assert metric(best(peak_factor=2), "requests_per_s") == pytest.approx(30, rel=0.1)


def test_limits_hold_at_the_load_sized_for():
    found = best(peak_factor=3)
    assert found["sized_for"]["metrics"]["tpot_ms"]["value"] <= LIMITS["tpot_ms"]


@pytest.mark.parametrize("mode", ["rate", "concurrency", "static"])
def test_one_spare_replica_is_bought_beside_those_that_carry_the_load(mode):
    name = {"rate": "requests_per_s", "concurrency": "requests", "static": "batch"}[mode]
    asked = {"load": {"mode": mode, name: 30}}
    plain, spare = best(asked=asked), best(asked=asked, spare_replicas=1)
    assert spare["count"] == plain["count"] + 1
    assert float(spare["cost"]["per_h"]) == float(plain["cost"]["per_h"]) + 3
    replicas = spare["sized_for"]["replicas"]
    assert replicas["all"] == replicas["carrying"] + 1 == spare["plan"]["data_parallel"]


def test_a_spare_replica_fits_into_a_node_that_is_not_full():
    found = best(systems=EIGHT, spare_replicas=1)
    assert found["nodes"] == 1
    replicas = found["sized_for"]["replicas"]
    assert replicas["spare"] == 1
    assert replicas["all"] == 8 / found["plan"]["tensor_parallel"]


def test_spare_nodes_and_spare_replicas_add_up():
    found = best(systems=EIGHT, spare_replicas=1, spare_nodes=1)
    assert found["nodes"] == 2
    in_a_node = 8 / found["plan"]["tensor_parallel"]
    assert found["sized_for"]["replicas"]["spare"] == in_a_node + 1


def test_a_full_queue_may_have_a_spare_replica():
    found = best(asked={"load": {"mode": "saturated"}}, spare_replicas=1)
    assert found["sized_for"]["load"] is None
    assert found["sized_for"]["replicas"]["spare"] == 1


def test_users_at_the_peak_are_whole():
    found = best(asked={"load": {"mode": "concurrency", "requests": 10}}, peak_factor=1.25)
    assert found["sized_for"]["load"]["sized_for"] == 13
