import pytest

from tests.sizing.engine.search.small_market import (
    BIG,
    MARKET,
    answer,
    metric,
    rent,
    system,
    workload,
)


def recommended(**constraints):
    return answer(constraints=constraints)["recommendations"]


def reasons(**body):
    return {item["accelerator"]: item for item in answer(**body)["rejected"]}


def test_latency_limits_are_kept():
    found = recommended(tpot_ms=12, ttft_ms=400)
    assert found
    assert all(metric(item, "tpot_ms") <= 12 for item in found)
    assert all(metric(item, "ttft_ms") <= 400 for item in found)


def test_the_budget_is_kept():
    found = recommended(budget_per_h=4)
    assert found
    assert all(float(item["cost"]["per_h"]) <= 4 for item in found)


def test_power_is_kept():
    found = recommended(power_w=600)
    assert found
    assert all(item["power_w"] <= 600 for item in found)


def test_rack_units_are_kept_and_unknown_ones_refused():
    found = recommended(rack_units=8)
    assert {item["system"]["kind"] for item in found} == {"instance", "server"}


def test_only_the_vendors_asked_for_are_recommended():
    assert {item["accelerator"] for item in recommended(vendors=["other"])} == {"slow"}


def test_only_the_accelerators_asked_for_are_recommended():
    assert {item["accelerator"] for item in recommended(accelerators=["big"])} == {"big"}


def test_what_the_request_leaves_out_is_listed_as_such():
    left_out = reasons(constraints={"vendors": ["other"]})
    assert left_out["big"]["reason"] == "excluded"


def test_rented_means_offers_and_instances():
    kinds = {item["system"]["kind"] for item in recommended(acquisition="rent")}
    assert kinds == {"instance"}


def test_bought_means_no_instances():
    kinds = {item["system"]["kind"] for item in recommended(acquisition="buy")}
    assert kinds == {"server", "accelerator"}


def test_a_region_leaves_only_what_stands_there_or_can_be_bought():
    there = system(BIG, 8, slug="there", prices=(rent(40, region="eu"),))
    found = answer(systems=(*MARKET, there), constraints={"regions": ["eu"]})["recommendations"]
    instances = [item for item in found if item["system"]["kind"] == "instance"]
    assert [item["system"]["slug"] for item in instances] == ["there"]


def test_evidence_that_is_too_weak_leaves_hardware_out():
    found = answer(constraints={"min_evidence": "family"})
    assert found["recommendations"] == []
    assert {item["reason"] for item in found["rejected"]} == {"evidence"}


def test_a_deployment_stays_within_the_accelerators_allowed():
    found = answer(
        workload=workload(load={"mode": "concurrency", "requests": 20_000}),
        constraints={"max_accelerators": 4},
    )
    assert all(item["count"] <= 4 for item in found["recommendations"])


def test_a_spare_node_is_bought_and_counted():
    single = system(BIG, 8, prices=(rent(22.0),))
    plain = answer(systems=(single,), limit=1)["recommendations"][0]
    spare = answer(systems=(single,), limit=1, constraints={"spare_nodes": 1})
    assert spare["recommendations"][0]["nodes"] == plain["nodes"] + 1
    assert "out of service" in spare["recommendations"][0]["why"]


def test_headroom_asks_for_more():
    asked = workload(load={"mode": "rate", "requests_per_s": 20})
    plain = answer(workload=asked, constraints={"tpot_ms": 15}, limit=1)
    roomy = answer(workload=asked, constraints={"tpot_ms": 15, "headroom": 2.0}, limit=1)
    cost = [float(found["recommendations"][0]["cost"]["per_h"]) for found in (plain, roomy)]
    assert cost[1] > cost[0]


@pytest.mark.parametrize(
    ("body", "reason", "words"),
    [
        (
            {"workload": workload(input_tokens=40_000_000)},
            "memory",
            ("needs", "accelerators, has 80.0 GB"),
        ),
        ({"constraints": {"tpot_ms": 1}}, "latency", ("TPOT", "at best", "limit 1 ms")),
        ({"constraints": {"budget_per_h": 0.01}}, "budget", ("costs 1.20 USD", "budget 0.01 USD")),
        ({"target": {"requests_per_s": 5000}}, "throughput", ("requests per second",)),
        (
            {"workload": workload(load={"mode": "rate", "requests_per_s": 5000})},
            "max_accelerators",
            ("needs", "accelerators, limit 64"),
        ),
        ({"constraints": {"power_w": 1}}, "power", ("draws 240 W, limit 1 W",)),
    ],
)
def test_what_is_left_out_names_its_nearest_miss(body, reason, words):
    miss = reasons(**body)["slow"]
    assert miss["reason"] == reason
    assert all(word in miss["nearest_miss"] for word in words)
