"""Figures as people read them."""

import math

GROUPED_FROM = 10_000
UNKNOWN = "\N{EN DASH}"


def figure(value: float | None, digits: int = 3) -> str:
    """A number with that many significant digits; an unknown one is a dash."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value == 0:
        return "0"
    if isinstance(value, int) and abs(value) < GROUPED_FROM:
        return str(value)
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, decimals)
    if abs(rounded) >= GROUPED_FROM:
        return f"{rounded:,.0f}"
    return f"{rounded:.{max(decimals, 0)}f}" if abs(rounded) >= 1e-4 else f"{rounded:.2g}"


def plain(value: float | None) -> str:
    """A number as a person states it: three significant digits, no zeros behind them."""
    text = figure(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float | None) -> str:
    """A share as per cent; an unknown one is a dash."""
    return UNKNOWN if share is None else f"{share * 100:.1f} %"
