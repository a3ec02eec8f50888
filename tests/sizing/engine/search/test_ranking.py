import itertools
import json
import random

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

RATE = workload(load={"mode": "rate", "requests_per_s": 3})


def costs(found):
    return [float(item["cost"]["per_h"]) for item in found["recommendations"] if item["cost"]]


def test_the_cheapest_stands_first():
    found = costs(answer())
    assert len(found) > 3
    assert found == sorted(found)


def test_systems_without_a_price_stand_last_when_cost_counts():
    priced = [item["cost"] is not None for item in answer()["recommendations"]]
    assert True in priced
    assert False in priced
    assert priced == sorted(priced, reverse=True)


@pytest.mark.parametrize(
    ("objective", "name", "sign"),
    [("latency", "request_latency_ms", 1), ("throughput", "output_tokens_per_s", -1)],
)
def test_the_objective_orders_the_answer(objective, name, sign):
    found = answer(objective=objective)["recommendations"]
    values = [sign * metric(item, name) for item in found]
    assert values == sorted(values)


def test_least_energy_stands_first_when_energy_counts():
    found = [item["energy_wh_per_unit"] for item in answer(objective="energy")["recommendations"]]
    assert found == sorted(found)


def test_ranks_count_from_one():
    ranks = [item["rank"] for item in answer()["recommendations"]]
    assert ranks == list(range(1, len(ranks) + 1))


def test_the_limit_is_kept():
    assert len(answer(limit=2)["recommendations"]) == 2


def test_variety_comes_before_near_duplicates():
    copies = [
        system(BIG, 1, slug=f"copy-{index}", prices=(rent(1.0 + index / 100),))
        for index in range(30)
    ]
    found = answer(systems=(*copies, *MARKET), limit=5)["recommendations"]
    assert {"big", "slow"} <= {item["accelerator"] for item in found}


def test_every_variant_is_recommended_or_left_out_with_a_reason():
    for limit in (1, 20):
        found = answer(limit=limit)
        recommended = {item["accelerator"] for item in found["recommendations"]}
        left_out = [item["accelerator"] for item in found["rejected"]]
        assert recommended | set(left_out) == {"big", "slow", "tiny"}
        assert recommended.isdisjoint(left_out)
        assert len(left_out) == len(set(left_out))


@pytest.mark.parametrize("asked", [workload(), RATE, workload(load={"mode": "saturated"})])
def test_nothing_on_the_frontier_is_beaten_on_both_cost_and_speed(asked):
    found = answer(workload=asked)
    assert found["frontier"]
    speed = "request_latency_ms" if asked is RATE else "output_tokens_per_s"
    sign = 1 if asked is RATE else -1
    points = {
        item["rank"]: (float(item["cost"]["per_h"]), sign * metric(item, speed))
        for item in found["recommendations"]
        if item["cost"]
    }
    for rank, other in itertools.product(found["frontier"], points):
        cheaper = points[other][0] < points[rank][0]
        faster = points[other][1] < points[rank][1]
        assert not (cheaper and faster)


def test_the_same_request_gets_the_same_answer_byte_for_byte():
    assert json.dumps(answer(workload=RATE)) == json.dumps(answer(workload=RATE))


def test_the_best_does_not_depend_on_the_order_of_the_catalog():
    shuffled = list(MARKET)
    random.Random(4).shuffle(shuffled)
    first = [found["recommendations"][0]["cost"] for found in (answer(), answer(systems=shuffled))]
    assert first[0] == first[1]


def test_an_empty_catalog_gets_an_empty_answer():
    assert answer(systems=()) == {"recommendations": [], "rejected": [], "frontier": []}


def test_a_recommendation_has_every_field_of_the_contract():
    assert set(answer()["recommendations"][0]) >= {
        "rank",
        "system",
        "accelerator",
        "count",
        "nodes",
        "plan",
        "metrics",
        "memory",
        "bottleneck",
        "evidence",
        "cost",
        "energy_wh_per_unit",
        "power_w",
        "why",
        "next_step",
    }


def test_the_plan_makes_up_the_accelerators():
    for item in answer(workload=RATE, constraints={"spare_nodes": 1})["recommendations"]:
        plan = item["plan"]
        ranks = plan["tensor_parallel"] * plan["pipeline_parallel"]
        ranks *= plan["attention_data_parallel"] * plan["data_parallel"]
        assert ranks == item["count"]
