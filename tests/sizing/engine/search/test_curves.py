import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sizing.engine.search.candidates import candidates_of
from sizing.engine.search.curves import RATIO, curves_of
from sizing.engine.search.demand import asked_workload, demand_of
from sizing.engine.search.layouts import traits_of
from sizing.engine.search.replicas import rows_of
from sizing.engine.search.shortlist import Shortlist
from sizing.engine.search.supply import offered
from tests.sizing.engine.search.small_market import CALIBRATION, MARKET, request, workload

ASKED = request(workload=workload(load={"mode": "saturated"}))
SUPPLIES, _ = offered(MARKET, ASKED.constraints, CALIBRATION, interruptible=True)
ROWS = rows_of(SUPPLIES, traits_of(ASKED.workload.model), 64)
CURVES = curves_of(ROWS.replicas, ASKED.workload, CALIBRATION, 512)
FITTING = np.flatnonzero(CURVES.most >= 1)


def test_equal_nodes_are_predicted_once():
    assert len(ROWS.replicas) < len(ROWS.supply)


@given(st.sampled_from(["ttft_s", "tpot_s", "latency_s", "requests_per_s"]))
def test_a_curve_passes_through_its_points(metric):
    once = CURVES.at(metric, np.ones(len(FITTING)), FITTING)
    assert np.allclose(once, getattr(CURVES, metric)[FITTING, 0])
    roomy = FITTING[CURVES.most[FITTING] >= RATIO]
    again = CURVES.at(metric, np.full(len(roomy), RATIO), roomy)
    assert np.allclose(again, getattr(CURVES, metric)[roomy, 1])


@given(st.floats(1e-4, 10.0))
def test_the_room_within_a_limit_keeps_the_limit(limit):
    room = CURVES.most_within("tpot_s", limit)
    inside = FITTING[room[FITTING] >= 1]
    reached = CURVES.at("tpot_s", room[inside], inside)
    assert np.all(reached <= limit * (1 + 1e-9))


@given(st.floats(1e-4, 1.0), st.floats(1.0, 10.0))
def test_a_looser_limit_never_takes_room_away(limit, factor):
    tight = CURVES.most_within("tpot_s", limit)
    assert np.all(CURVES.most_within("tpot_s", limit * factor) >= tight)


def test_more_requests_in_flight_never_serve_fewer():
    assert np.all(np.diff(CURVES.requests_per_s[FITTING], axis=1) >= 0)


@given(st.floats(0.01, 0.99))
def test_a_rate_is_served_by_the_requests_it_keeps_in_flight(share):
    rate = CURVES.at("requests_per_s", CURVES.most[FITTING], FITTING) * share
    rate = np.maximum(rate, CURVES.requests_per_s[FITTING, 0])
    held = CURVES.requests_at_rate(rate, FITTING)
    assert np.allclose(CURVES.at("requests_per_s", held, FITTING), rate, rtol=1e-2)


def test_steady_state_agrees_with_the_full_estimate():
    asked = request(workload=workload(load={"mode": "concurrency", "requests": 32}))
    demand = demand_of(asked, asked.workload)
    load = asked_workload(asked, asked.workload)
    found = candidates_of(asked, load, demand, SUPPLIES, CALIBRATION)
    look = Shortlist(
        candidates=found,
        workload=load,
        demand=demand,
        constraints=asked.constraints,
        calibration=CALIBRATION,
    ).look
    row = int(np.flatnonzero(found.feasible)[0])
    latency_ms = look(row).metric("request_latency_ms")
    assert np.isclose(latency_ms, found.latency_s[row] * 1e3, rtol=0.3)
