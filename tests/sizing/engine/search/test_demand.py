import pytest

from sizing.engine.loads import Concurrency, Rate, Saturated
from sizing.engine.search.demand import asked_workload, demand_of, grown
from tests.sizing.engine.search.small_market import request, workload


def demand(**body):
    asked = request(**body)
    return demand_of(asked, asked.workload)


def load(**body):
    asked = request(**body)
    return asked_workload(asked, asked.workload).load


RATE = {"mode": "rate", "requests_per_s": 4}


def test_a_target_above_the_load_is_what_must_be_carried():
    found = demand(workload=workload(load=RATE), target={"requests_per_s": 6})
    assert found.requests_per_s == 6


def test_token_targets_are_requests_of_the_mean_length():
    found = demand(
        workload=workload(load={"mode": "saturated"}, output_tokens=100),
        target={"output_tokens_per_s": 500},
    )
    assert found.requests_per_s == pytest.approx(5)


def test_headroom_adds_to_the_rate():
    found = demand(workload=workload(load=RATE), constraints={"headroom": 0.5})
    assert found.requests_per_s == pytest.approx(6)


def test_headroom_adds_to_the_requests_in_flight():
    assert demand(constraints={"headroom": 0.25}).requests == pytest.approx(40)


def test_the_tighter_of_two_limits_counts():
    found = demand(
        workload=workload(slo={"ttft_ms": 300, "tpot_ms": 20}),
        constraints={"ttft_ms": 500, "tpot_ms": 10},
    )
    assert (found.limits.ttft_s, found.limits.tpot_s) == pytest.approx((0.3, 0.01))


def test_a_rate_with_a_ttft_limit_is_not_a_full_queue():
    body = {"workload": workload(load={"mode": "saturated"}), "target": {"requests_per_s": 3}}
    assert load(**body) == Saturated()
    assert load(**body, constraints={"ttft_ms": 500}) == Rate(requests_per_s=3)


def test_users_stay_users_whatever_the_target():
    assert load(target={"requests_per_s": 3}) == Concurrency(requests=32)


def test_peak_growth_and_headroom_multiply_the_rate():
    limits = {"peak_factor": 1.5, "growth_percent": 20, "headroom": 0.5}
    found = demand(workload=workload(load=RATE), constraints=limits)
    assert found.requests_per_s == pytest.approx(4 * 1.5 * 1.2 * 1.5)


def test_a_peak_multiplies_the_users_at_once():
    assert demand(constraints={"peak_factor": 2}).requests == pytest.approx(64)


def test_a_peak_multiplies_a_target():
    found = demand(
        workload=workload(load={"mode": "saturated"}),
        target={"requests_per_s": 3},
        constraints={"peak_factor": 3},
    )
    assert found.requests_per_s == pytest.approx(9)


def test_the_load_that_is_shown_stays_as_stated():
    found = load(workload=workload(load=RATE), constraints={"peak_factor": 3})
    assert found == Rate(requests_per_s=4)


def test_a_grown_number_of_users_is_rounded_up_but_not_by_binary_fractions():
    asked = request(workload=workload(load={"mode": "concurrency", "requests": 10}))
    assert grown(asked.workload, 1.1).load == Concurrency(requests=11)
    assert grown(asked.workload, 1.11).load == Concurrency(requests=12)
