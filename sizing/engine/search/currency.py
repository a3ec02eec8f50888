"""Prices in different currencies are not compared: nobody here knows a dated rate."""

from collections import Counter
from collections.abc import Iterable

from sizing.engine.search.supply import Supply


def main_currency(supplies: Iterable[Supply]) -> str | None:
    """The currency of most prices, the first by name of equally many; None without a price."""
    counts = Counter(supply.price.currency for supply in supplies if supply.price)
    return min(counts, key=lambda name: (-counts[name], name), default=None)
