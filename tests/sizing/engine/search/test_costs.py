from decimal import Decimal

import pytest

from sizing.engine.search.assumptions import ASSUMED
from sizing.engine.search.costs import money
from tests.sizing.engine.search.small_market import BIG, answer, rent, sale, system, workload

EIGHT = system(BIG, 8, prices=(rent(22.0, "eight"),))


def best(**body):
    return answer(**body, limit=1)["recommendations"][0]


def test_a_rent_costs_the_offer_times_the_systems():
    found = best(systems=(EIGHT,), constraints={"tpot_ms": 9})
    assert Decimal(found["cost"]["per_h"]) == 22 * found["nodes"]
    assert found["cost"]["offer"] == "eight"


def test_cost_per_unit_is_the_hourly_cost_over_the_tokens_of_an_hour():
    found = best(systems=(EIGHT,))
    tokens = found["metrics"]["output_tokens_per_s"]["value"] * 3600
    assert found["cost"]["unit"] == "1M output tokens"
    assert float(found["cost"]["per_unit"]) == pytest.approx(22e6 / tokens, rel=1e-3)


def test_a_purchase_is_written_off_and_pays_for_electricity():
    bought = system(BIG, 8, kind="server", prices=(sale(300_000.0),), power_w=8000.0)
    found = best(systems=(bought,), constraints={"acquisition": "buy"})
    capital = 300_000 / (36 * 730.5 * 0.6)
    electricity = 8.0 * 1.3 * ASSUMED.tariff_per_kwh
    assert float(found["cost"]["per_h"]) == pytest.approx(capital + electricity, abs=1e-3)


def test_every_assumption_of_a_purchase_is_told():
    bought = system(BIG, 8, kind="server", prices=(sale(300_000.0),))
    found = best(systems=(bought,), constraints={"acquisition": "buy"})
    assert found["cost"]["basis"]["assumptions"] == {
        "write_off_months": 36.0,
        "use": 0.6,
        "share_of_tdp": 0.8,
        "pue": 1.3,
        "tariff_per_kwh": ASSUMED.tariff_per_kwh,
        "tariff_currency": "USD",
    }


def test_a_bare_card_on_sale_is_no_cost_of_a_system():
    bare = system(BIG, 1, kind="accelerator", prices=(sale(30_000.0),))
    found = best(systems=(bare,))
    assert found["cost"] is None
    assert "30,000.00 USD" in found["why"]


def test_a_bare_card_on_sale_counts_when_purchases_are_asked_for():
    bare = system(BIG, 1, kind="accelerator", prices=(sale(30_000.0),))
    found = best(systems=(bare,), constraints={"acquisition": "buy"})
    assert any("server" in note for note in found["cost"]["basis"]["notes"])


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"observed_on": ""}, "date"),
        ({"includes_host": False}, "accelerators only"),
    ],
)
def test_a_weak_offer_says_so(changes, word):
    found = best(systems=(system(BIG, 8, prices=(rent(20.0, **changes),)),))
    assert any(word in note for note in found["cost"]["basis"]["notes"])


SPOT = (system(BIG, 8, prices=(rent(9.0, "spot", terms="spot"),)),)


def test_a_service_gets_no_cost_from_interruptible_capacity():
    found = best(systems=SPOT)
    assert found["cost"] is None
    assert "9.00 USD per hour, which can be taken back" in found["why"]


def test_a_full_queue_may_be_interrupted():
    found = best(systems=SPOT, workload=workload(load={"mode": "saturated"}))
    assert found["cost"]["per_h"] == "9.0000"
    assert any("taken back" in note for note in found["cost"]["basis"]["notes"])


def test_other_currencies_are_not_compared():
    here = system(BIG, 8, slug="here", prices=(rent(22.0),))
    also = system(BIG, 4, slug="also", prices=(rent(12.0),))
    there = system(BIG, 8, slug="there", prices=(rent(1.0, currency="EUR"),))
    found = answer(systems=(here, also, there))["recommendations"]
    assert found[-1]["system"]["slug"] == "there"
    assert "another currency" in found[-1]["why"]


@pytest.mark.parametrize(
    ("amount", "text"), [(22, "22.0000"), (0.5, "0.5000"), (0.00012345, "0.0001234"), (0, "0")]
)
def test_money_is_a_plain_decimal_string(amount, text):
    assert money(amount) == text
