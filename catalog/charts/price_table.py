"""The table behind the chart of prices, written in one go: it has hundreds of rows."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.utils.safestring import SafeString, mark_safe

from catalog.listing.drawing import escape
from catalog.price_history import PriceDay

CENT = Decimal("0.01")


def price_rows(days: Iterable[PriceDay]) -> SafeString:
    """A row per day and kind of pricing."""
    return mark_safe("\n".join(map(_row, days)))  # noqa: S308 - every text in it is escaped below


def _row(day: PriceDay) -> str:
    figures = "".join(
        f'<td class="num">{text}</td>'
        for text in (day.count, *map(_rounded, (day.lowest, day.middle, day.highest)))
    )
    return (
        f'<tr><th scope="row" class="nowrap">{day.day}</th><td>{escape(day.pricing_name)}</td>'
        f"{figures}<td>{escape(day.currency)}</td></tr>"
    )


def _rounded(price: float) -> str:
    """Half a cent counts as a whole one, as everywhere on the page."""
    return f"{Decimal(repr(price)).quantize(CENT, ROUND_HALF_UP):,}"
