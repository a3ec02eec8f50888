import datetime as dt

import pytest

from drawing.axes import LogAxis, days, from_zero, spanning


def test_an_axis_keeps_order_and_margins():
    axis = spanning([1.0, 10.0, 100.0], start=0.0, end=500.0)
    places = [axis.place(value) for value in (1.0, 10.0, 100.0)]
    assert places == sorted(places)
    assert 0.0 < places[0] < places[-1] < 500.0


def test_an_axis_of_equal_values_still_has_a_range():
    axis = spanning([5.0, 5.0], start=0.0, end=100.0)
    assert axis.place(5.0) == 50.0


@pytest.mark.parametrize(("low", "high"), [(1.1, 4.0), (0.3, 0.9), (1e-6, 1e6), (90.0, 110.0)])
def test_an_axis_has_a_few_round_ticks(low, high):
    ticks = LogAxis(low=low, high=high, start=0.0, end=100.0).ticks()
    assert 1 <= len(ticks) <= 14
    assert all(low <= tick <= high for tick in ticks)


@pytest.mark.parametrize("high", [0.07, 0.9, 1.0, 3.2, 7.7, 99.0, 1234.0])
def test_a_linear_axis_starts_at_zero_and_has_a_few_round_ticks(high):
    ticks = from_zero([high], start=300.0, end=0.0).ticks()
    assert ticks[0] == 0.0
    assert 3 <= len(ticks) <= 12
    assert ticks[-1] <= 1.08 * high


@pytest.mark.parametrize("length", [0, 1, 6, 40, 200, 1500, 5000])
def test_an_axis_of_days_has_a_few_ticks_within_it(length):
    first = dt.date(2023, 10, 24)
    axis = days([first, first + dt.timedelta(days=length)], start=0.0, end=900.0)
    assert 2 <= len(axis.ticks()) <= 9
    assert all(axis.low <= tick <= axis.high for tick in axis.ticks())


def test_a_long_axis_of_days_is_marked_by_months():
    axis = days([dt.date(2024, 1, 15), dt.date(2025, 1, 15)], start=0.0, end=900.0)
    assert {axis.word(tick)[-3] for tick in axis.ticks()} == {"-"}
    assert all(dt.date.fromordinal(int(tick)).day == 1 for tick in axis.ticks())
