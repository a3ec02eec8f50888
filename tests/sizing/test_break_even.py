import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import offer
from sizing.break_even import break_even
from sizing.engine.search import assumptions

AMOUNT = st.floats(1e-3, 1e6)


def test_the_volume_costs_the_same_both_ways():
    found = break_even(cost_per_h=2.0, output_tokens_per_s=2000, price_per_million_tokens=0.5)
    assert found.cost_per_month == pytest.approx(1461)
    assert found.tokens_per_month * 0.5 / 1e6 == pytest.approx(found.cost_per_month)
    assert found.pays
    assert found.busy_share == pytest.approx(0.5556, abs=1e-4)


def test_a_month_has_as_many_hours_in_the_catalog_as_in_the_engine():
    assert float(offer.HOURS_PER_MONTH) == assumptions.HOURS_PER_MONTH


def test_a_cheap_service_cannot_be_beaten():
    assert not break_even(
        cost_per_h=2.0, output_tokens_per_s=100, price_per_million_tokens=0.1
    ).pays


@given(cost=AMOUNT, rate=AMOUNT, price=AMOUNT)
def test_a_higher_price_of_the_service_lowers_the_volume(cost, rate, price):
    low, high = (
        break_even(cost_per_h=cost, output_tokens_per_s=rate, price_per_million_tokens=p)
        for p in (price, 2 * price)
    )
    assert high.tokens_per_month < low.tokens_per_month
    assert high.busy_share < low.busy_share


@pytest.mark.parametrize("wrong", ["cost_per_h", "output_tokens_per_s", "price_per_million_tokens"])
def test_nothing_may_be_free(wrong):
    given_ = {"cost_per_h": 1.0, "output_tokens_per_s": 1.0, "price_per_million_tokens": 1.0}
    with pytest.raises(ValueError, match="above zero"):
        break_even(**{**given_, wrong: 0.0})
