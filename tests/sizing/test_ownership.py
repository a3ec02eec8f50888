import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sizing.ownership import Purchase, Rent, RentOrBuy, per_million_tokens, shown_months

MONEY = st.floats(0, 1e5)
SHARE = st.floats(0, 1)
USE = st.floats(0.01, 1)
PURCHASES = st.builds(
    Purchase,
    price=st.floats(1, 1e7),
    lifetime_months=st.integers(1, 120),
    residual_share=SHARE,
    interest_per_year=st.floats(0, 0.5),
    busy_power_w=st.floats(0, 1e5),
    idle_share=SHARE,
    pue=st.floats(1, 3),
    tariff_per_kwh=st.floats(0, 2),
    colocation_per_kw_month=st.floats(0, 1e3),
    colocation_per_unit_month=st.floats(0, 1e3),
    rack_units=st.floats(0, 50),
)
RENTS = st.builds(Rent, per_accelerator_h=st.floats(0.01, 1e3), only_when_used=st.booleans())
CASES = st.builds(
    RentOrBuy, accelerators=st.integers(1, 1000), use=USE, purchase=PURCHASES, rent=RENTS
)

SERVER = Purchase(price=250_000, lifetime_months=36)
EIGHT = RentOrBuy(accelerators=8, use=0.6, purchase=SERVER, rent=Rent(per_accelerator_h=2.5))


def test_a_server_without_running_costs_costs_its_price():
    assert EIGHT.own_per_used_h == pytest.approx(250_000 / (36 * 730.5 * 0.6 * 8))


def test_it_pays_in_the_first_month_whose_rent_adds_up_to_its_price():
    # 8 x 2.5 x 730.5 x 0.6 = 8,766 a month; 250,000 / 8,766 = 28.5.
    assert EIGHT.break_even_month == 29


def test_a_server_that_only_its_sale_saves_says_so():
    dear = attrs.evolve(SERVER, price=320_000, residual_share=0.2)
    assert not EIGHT.pays_only_by_its_sale
    found = attrs.evolve(EIGHT, purchase=dear)
    assert (found.break_even_month, found.pays_only_by_its_sale) == (36, True)


def test_a_server_that_never_pays_has_no_month():
    assert attrs.evolve(EIGHT, rent=Rent(per_accelerator_h=0.5)).break_even_month is None


def test_interest_is_paid_on_what_is_still_tied_up():
    loan = attrs.evolve(SERVER, price=12_000, lifetime_months=12, interest_per_year=0.12)
    # 1 % of 12,000, 11,000, ... 1,000.
    assert loan.interest_until(12) == pytest.approx(780)


def test_electricity_counts_the_idle_hours_and_the_site():
    powered = attrs.evolve(
        SERVER, busy_power_w=10_000, idle_share=0.3, pue=1.3, tariff_per_kwh=0.12
    )
    assert powered.electricity_per_month(0.5) == pytest.approx(10 * 0.65 * 1.3 * 0.12 * 730.5)


def test_colocation_is_for_power_and_for_room():
    placed = attrs.evolve(
        SERVER,
        busy_power_w=10_000,
        colocation_per_kw_month=150,
        rack_units=8,
        colocation_per_unit_month=20,
    )
    assert placed.colocation_per_month == pytest.approx(1660)


def test_rent_by_the_month_is_paid_for_unused_hours_too():
    reserved = attrs.evolve(EIGHT, rent=Rent(per_accelerator_h=2.0, only_when_used=False))
    assert reserved.rent_per_used_h == pytest.approx(2.0 / 0.6)


@given(CASES, USE)
def test_more_use_never_raises_the_cost_of_a_used_hour(case, use):
    low, high = sorted((case.use, use))
    rare, often = (attrs.evolve(case, use=share) for share in (low, high))
    assert often.own_per_used_h <= rare.own_per_used_h * (1 + 1e-9)
    assert often.rent_per_used_h <= rare.rent_per_used_h * (1 + 1e-9)


@given(CASES, st.floats(1, 10))
def test_dearer_rent_never_delays_the_break_even(case, factor):
    price = case.rent.per_accelerator_h * factor
    dearer = attrs.evolve(case, rent=attrs.evolve(case.rent, per_accelerator_h=price))
    if case.break_even_month is not None:
        assert dearer.break_even_month is not None
        assert dearer.break_even_month <= case.break_even_month


@given(CASES)
def test_the_parts_add_up_to_the_cost_of_a_used_hour(case):
    total = sum(amount for _, amount in case.own_parts_per_used_h)
    assert total == pytest.approx(case.own_per_used_h, rel=1e-6, abs=1e-9)


@given(CASES)
def test_both_cost_the_same_at_the_break_even_use(case):
    use = case.break_even_use
    if use is not None and use > 0.001:
        found = attrs.evolve(case, use=use)
        assert found.own_per_month == pytest.approx(found.rent_per_month, rel=1e-6)


@given(CASES, st.floats(0, 1))
def test_a_higher_residual_value_never_makes_owning_dearer(case, share):
    low, high = sorted((case.purchase.residual_share, share))
    poor, rich = (
        attrs.evolve(
            case,
            purchase=attrs.evolve(case.purchase, residual_share=value, interest_per_year=0.1),
        )
        for value in (low, high)
    )
    # Ten per cent a year on the residual for at most ten years is no more than the residual.
    assert rich.own_per_month <= poor.own_per_month * (1 + 1e-9)


def test_a_million_tokens_cost_what_their_hours_cost():
    assert per_million_tokens(3.6, 1000) == pytest.approx(1.0)


def test_tokens_at_no_rate_have_no_cost():
    with pytest.raises(ValueError, match="above zero"):
        per_million_tokens(1.0, 0.0)


@given(st.integers(1, 240))
def test_the_table_begins_with_nothing_and_ends_with_the_last_month(months):
    shown = shown_months(months)
    assert (shown[0], shown[-1]) == (0, months)
    assert len(shown) <= 14
    assert shown == sorted(set(shown))
