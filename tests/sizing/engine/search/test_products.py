import pytest

from tests.sizing.engine.search.small_market import MARKET, answer, metric

GEMM = {"kind": "gemm", "m": 4096, "n": 4096, "k": 4096, "precision": "bf16"}


def found(**body):
    return answer(workload=GEMM, **body)


def test_each_variant_is_ranked_for_a_product():
    assert {item["accelerator"] for item in found()["recommendations"]} == {"big", "slow", "tiny"}


def test_the_fastest_product_stands_first_when_latency_counts():
    values = [metric(item, "latency_ms") for item in found(objective="latency")["recommendations"]]
    assert values == sorted(values)
    assert len(values) > 3


def test_a_product_costs_by_the_hour():
    first = found()["recommendations"][0]
    assert first["cost"]["unit"] == "hour"
    assert first["cost"]["per_unit"] == first["cost"]["per_h"]


def test_energy_of_a_product_is_power_times_its_time():
    first = found(objective="energy")["recommendations"][0]
    wh = first["power_w"] * metric(first, "latency_ms") / 3.6e6
    assert first["energy_wh_per_unit"] == pytest.approx(wh, rel=1e-4)


def test_matrices_that_do_not_fit_leave_the_card_out():
    asked = {"kind": "gemm", "m": 60_000, "n": 60_000, "k": 60_000, "precision": "bf16"}
    misses = {item["accelerator"]: item for item in answer(workload=asked)["rejected"]}
    assert misses["tiny"]["reason"] == "memory"


def test_a_budget_binds_products_too():
    answered = found(constraints={"budget_per_h": 1.0})
    assert {item["accelerator"] for item in answered["recommendations"]} == {"tiny"}
    assert {item["reason"] for item in answered["rejected"]} == {"budget"}


def test_every_variant_is_accounted_for_when_few_are_listed():
    answered = found(limit=1)
    slugs = {item["accelerator"] for item in answered["recommendations"] + answered["rejected"]}
    assert slugs == {item.accelerator.slug for item in MARKET}
