"""Rental prices over time: lowest, median and highest of each day on which some were seen."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from catalog.price_history import PriceDay
from drawing import svg
from drawing.axes import Axis, DateAxis, days, from_zero, grid, spanning

WIDTH, HEIGHT = 960, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 30, 50
SERIES = {"on-demand": "series-1", "spot": "series-2", "reserved": "series-3"}
ASIDE = {"on-demand": -5.0, "spot": 0.0, "reserved": 5.0}
"""Kinds of one day stand beside each other, in pixels."""


def price_chart(shown: Sequence[PriceDay], *, logarithmic: bool = False) -> SafeString:
    """A mark per observed figure, of a shape per kind of pricing; no line joins the days."""
    if not shown:
        return SafeString("")
    x = days((day.day for day in shown), start=LEFT, end=WIDTH - RIGHT)
    prices = [price for day in shown for price in (day.lowest, day.highest)]
    scale = spanning if logarithmic else from_zero
    y: Axis = scale(prices, start=HEIGHT - BOTTOM, end=TOP)
    parts = grid(x, y, x_label="Seen on", y_label=f"{shown[0].currency} per accelerator and hour")
    parts += [_group(day, x, y) for day in reversed(shown)]
    label = f"Rental prices seen on {len({day.day for day in shown})} days"
    return svg.document(parts, width=WIDTH, height=HEIGHT, label=label)


def legend_mark(pricing: str) -> SafeString:
    """The shape of a kind of pricing, to stand before its name."""
    return svg.ornament([_shape(pricing, 7.0, 7.0)], width=14, height=14, class_="key")


def _group(day: PriceDay, x: DateAxis, y: Axis) -> str:
    at = x.place(day.day.toordinal()) + ASIDE.get(day.pricing, 0.0)
    low, high = y.place(day.lowest), y.place(day.highest)
    words = (
        f"{day.day}, {day.pricing_name.lower()}, {day.count} prices: "
        f"{day.lowest:.2f} to {day.highest:.2f}, median {day.middle:.2f} {day.currency}"
    )
    kind = f"interval {_series(day.pricing)}"
    spread = svg.element("line", class_=kind, x1=at, x2=at, y1=low, y2=high)
    seen = sorted({day.lowest, day.middle, day.highest})
    marks = [_shape(day.pricing, at, y.place(price)) for price in seen]
    return svg.element("g", svg.title(words), spread, *marks)


def _shape(pricing: str, at: float, height: float) -> str:
    kind = _series(pricing)
    if pricing == "spot":
        return svg.element("rect", class_=kind, x=at - 4, y=height - 4, width=8, height=8)
    if pricing == "reserved":
        corners = f"M{at:.1f} {height - 5:.1f}l5 9h-10z"
        return svg.element("path", class_=kind, d=corners)
    return svg.element("circle", class_=kind, cx=at, cy=height, r=4.5)


def _series(pricing: str) -> str:
    return SERIES.get(pricing, "series-4")
