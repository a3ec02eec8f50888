import datetime as dt

import pytest

from catalog.charts.prices import legend_mark, price_chart
from catalog.price_history import PriceDay


def day(number, **changes):
    usual = {
        "day": dt.date(2026, 1, 1) + dt.timedelta(days=number),
        "pricing": "on-demand",
        "currency": "USD",
        "count": 3,
        "lowest": 1.0,
        "middle": 2.0,
        "highest": 3.0,
    }
    return PriceDay(**{**usual, **changes})


@pytest.mark.parametrize("logarithmic", [False, True])
def test_a_day_shows_its_lowest_median_and_highest_price(logarithmic):
    assert price_chart([day(0)], logarithmic=logarithmic).count("<circle") == 3


def test_equal_prices_are_one_mark():
    assert price_chart([day(0, lowest=2.0, highest=2.0)]).count("<circle") == 1


def test_no_line_joins_two_days():
    drawing = price_chart([day(0), day(90)])
    assert "<polyline" not in drawing
    lines = [part.split("/>")[0] for part in drawing.split("<line")[1:] if "interval" in part]
    assert all(line.split('x1="')[1].split('"')[0] in line.split('x2="')[1] for line in lines)


def test_kinds_of_pricing_differ_in_shape_and_not_in_colour_alone():
    assert "<circle" in legend_mark("on-demand")
    assert "<rect" in legend_mark("spot")
    assert "<path" in legend_mark("reserved")


def test_no_days_draw_nothing():
    assert price_chart([]) == ""
