"""What has been paid by the end of each month, rented and bought."""

from collections.abc import Callable

from django.utils.safestring import SafeString

from drawing import svg
from drawing.axes import LinearAxis, grid
from sizing.ownership import RentOrBuy

WIDTH, HEIGHT = 960, 340
LEFT, RIGHT, TOP, BOTTOM = 90, 70, 30, 50


def cumulative_chart(case: RentOrBuy, currency: str) -> SafeString:
    """Two lines over the life of the server, and where they meet."""
    months = range(case.purchase.lifetime_months + 1)
    lines = (("Rent", case.rent_until, "series-2"), ("Buy", case.own_until, "series-1"))
    most = max(max(case.own_until(month), case.rent_until(month)) for month in months)
    x = LinearAxis(high=float(months[-1]), start=LEFT, end=WIDTH - RIGHT)
    y = LinearAxis(high=most * 1.08 or 1.0, start=HEIGHT - BOTTOM, end=TOP)
    parts = grid(x, y, x_label="Months", y_label=f"Paid so far ({currency})")
    for name, paid, kind in lines:
        parts += _line(name, paid, kind, x, y)
    parts += _meeting(case, x, y)
    return svg.document(parts, width=WIDTH, height=HEIGHT, label="Paid so far, rented and bought")


def _line(
    name: str, paid: Callable[[int], float], kind: str, x: LinearAxis, y: LinearAxis
) -> list[str]:
    last = int(x.high)
    places = " ".join(
        f"{x.place(month):.1f},{y.place(max(paid(month), 0.0)):.1f}" for month in range(last + 1)
    )
    at = y.place(max(paid(last), 0.0)) + 4
    return [
        svg.element("polyline", svg.title(name), class_=f"line {kind}-line", points=places),
        svg.text(name, class_="label", x=x.end + 8, y=at),
    ]


def _meeting(case: RentOrBuy, x: LinearAxis, y: LinearAxis) -> list[str]:
    month = case.break_even_month
    if month is None:
        return []
    at = x.place(month)
    words = f"Month {month}"
    anchor = "end" if at > (x.start + x.end) / 2 else "start"
    beside = -6 if anchor == "end" else 6
    return [
        svg.element("line", class_="axis", x1=at, x2=at, y1=y.start, y2=y.end),
        svg.text(words, class_="label", x=at + beside, y=y.end + 12, text_anchor=anchor),
    ]
