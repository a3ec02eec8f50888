import pytest

from tests.sizing.engine.search.small_market import answer, workload


def first(**body):
    return answer(**body)["recommendations"][0]


def test_the_winner_says_what_it_beats():
    why = first()["why"]
    assert why.startswith("Cheapest of 8 systems")
    assert "The next," in why


def test_the_others_say_how_far_behind_they_are():
    second = answer()["recommendations"][1]
    assert second["why"].startswith("Rank 2, behind")
    assert "per hour more" in second["why"]


def test_what_binds_is_named():
    assert "What binds is" in first()["why"]


def test_limits_are_compared_with_what_is_reached():
    assert "the limit 30 ms" in first(constraints={"tpot_ms": 30})["why"]


@pytest.mark.parametrize("weights", ["fp8", "int4", "nvfp4", "mxfp4"])
def test_narrow_weights_say_that_quality_may_change(weights):
    assert "Output quality may change" in first(workload=workload(weights=weights))["why"]


def test_full_weights_do_not():
    assert "quality" not in first()["why"]


def test_a_next_step_is_always_given():
    assert all(item["next_step"].endswith(".") for item in answer()["recommendations"])


def test_power_names_its_basis():
    assert "thermal design power" in first()["power_basis"]


def test_a_full_queue_is_judged_per_token():
    found = answer(workload=workload(load={"mode": "saturated"}))["recommendations"]
    assert "per million output tokens more" in found[0]["why"]
    costs = [float(item["cost"]["per_unit"]) for item in found if item["cost"]]
    assert costs == sorted(costs)
