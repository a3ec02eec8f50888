"""What an import would change, or changed, for people."""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal

from attrs import frozen

from catalog.loading.report import Refusal
from catalog.models import Offer

USUAL_LINES = 20


@frozen
class Price:
    """The current price of one offer."""

    amount: Decimal
    currency: str
    observed_on: dt.date | None

    def __str__(self) -> str:
        return f"{self.amount.normalize():f} {self.currency}"


Prices = dict[str, Price]


@frozen(kw_only=True)
class Difference:
    """Offers by slug: what is new, what costs something else, what is as it was.

    `in_vain` are those of which the file has rows that do not enter.
    """

    read: int
    new: Prices
    changed: dict[str, tuple[Price, Price]]
    unchanged: int
    quarantined: tuple[Refusal, ...]
    gone: Prices
    in_vain: frozenset[str] = frozenset()

    def lines(self, *, most: int | None = USUAL_LINES) -> Iterator[str]:
        """The groups with up to `most` entries each; None for all."""
        yield f"rows read           {self.read:>6}"
        yield f"new                 {len(self.new):>6}"
        yield from _first((f"  + {slug}: {price}" for slug, price in self.new.items()), most)
        yield f"changed price       {len(self.changed):>6}"
        pairs = self.changed.items()
        yield from _first((f"  ~ {slug}: {old} -> {new}" for slug, (old, new) in pairs), most)
        yield f"unchanged           {self.unchanged:>6}"
        yield f"quarantined         {len({entry.row for entry in self.quarantined}):>6}"
        yield from _first((f"  ! {_reason(entry)}" for entry in self.quarantined), most)
        yield f"would become stale  {len(self.gone):>6}"
        yield from _first((f"  - {slug}: {self._last(slug)}" for slug in self.gone), most)

    def _last(self, slug: str) -> str:
        price = self.gone[slug]
        why = "its row in this file is quarantined" if slug in self.in_vain else "not in this file"
        return f"{price}, last seen {price.observed_on or 'on no known day'} and {why}"


def prices(offers: Iterable[Offer]) -> Prices:
    """Current prices by slug."""
    return {row.slug: Price(row.amount, row.currency, row.observed_on) for row in offers}


def changed_prices(before: Prices, after: Prices) -> dict[str, tuple[Price, Price]]:
    """Offers that cost something else now; a newer date alone is no change of price."""
    return {
        slug: (before[slug], price)
        for slug, price in after.items()
        if slug in before
        and (before[slug].amount, before[slug].currency) != (price.amount, price.currency)
    }


def _first(lines: Iterable[str], most: int | None) -> Iterator[str]:
    every = list(lines)
    yield from every[:most]
    if most is not None and len(every) > most:
        yield f"    and {len(every) - most} more; -v 2 prints all"


def _reason(entry: Refusal) -> str:
    return f"{entry.row}: {entry.outcome}: {entry.field}: {entry.reason}"
