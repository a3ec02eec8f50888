"""Offers of an index in the place of a queryset: what filters narrow and order."""

from typing import Any

from attrs import evolve, field, frozen
from django.db.models import Q
from django.db.models.expressions import Combinable

from catalog.index.conditions import where
from catalog.index.expressions import worked_out
from catalog.index.offer_index import OfferIndex
from catalog.index.vectors import Mask, Vector
from catalog.models import Offer


@frozen(eq=False)
class IndexedRows:
    """The part of a queryset's methods that filters of offers call."""

    index: OfferIndex
    mask: Mask
    order: tuple[Any, ...] = ()
    _aliases: dict[str, Vector] = field(factory=dict)

    model = Offer

    def filter(self, *conditions: Q, **lookups: Any) -> "IndexedRows":
        """Those that fulfil every condition."""
        fitting = where(Q(*conditions, **lookups), self.index, self._aliases)
        return evolve(self, mask=self.mask & fitting)

    def alias(self, **expressions: Combinable) -> "IndexedRows":
        """The same with columns for a later condition."""
        new = {name: worked_out(value, self.index) for name, value in expressions.items()}
        return evolve(self, aliases=self._aliases | new)

    def order_by(self, *by: Any) -> "IndexedRows":
        """The same in another order."""
        return evolve(self, order=by)


def every_row(index: OfferIndex) -> IndexedRows:
    """All offers of an index, in their usual order."""
    return IndexedRows(index=index, mask=index.every)
