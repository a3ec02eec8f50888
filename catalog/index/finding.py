"""Answers the question of a filter set from the index."""

from collections.abc import Iterator
from typing import Any, overload

import numpy as np
from attrs import field, frozen
from django.db.models import QuerySet
from django.utils import timezone
from numpy.typing import NDArray

from catalog.filtersets import OfferFilterSet
from catalog.index.keeping import current_index
from catalog.index.offer_index import OfferIndex
from catalog.index.orders import in_order
from catalog.index.relations import with_relations
from catalog.index.rows import every_row
from catalog.index.vectors import Mask, Positions
from catalog.models import Offer

MOST_KEPT = 16
"""Answers of one index, each of four bytes per row: pages of a list share one."""


class FoundOffers:
    """The offers of an answer in its order; only those that are looked at are read."""

    ordered = True
    """Says to a paginator that pages do not overlap."""

    def __init__(self, positions: Positions, rows: QuerySet[Offer], index: OfferIndex) -> None:
        self._positions = positions
        # One table instead of seven: what offers refer to is kept with the index.
        self._rows = rows.select_related(None).select_related("host").order_by()
        self._index = index

    @property
    def keys(self) -> NDArray[np.int64]:
        """Their primary keys."""
        return self._index.keys[self._positions]

    def count(self) -> int:
        """How many there are."""
        return len(self._positions)

    __len__ = count

    @overload
    def __getitem__(self, wanted: int) -> Offer: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[Offer]: ...
    def __getitem__(self, wanted: int | slice) -> Offer | list[Offer]:
        if isinstance(wanted, int):
            return self._read(self._positions[[wanted]])[0]
        return self._read(self._positions[wanted])

    def _read(self, positions: Positions) -> list[Offer]:
        keys = self._index.keys[positions].tolist()
        found = {row.pk: row for row in self._rows.filter(pk__in=keys)}
        return with_relations([found[key] for key in keys if key in found], self._index)

    def iterator(self, chunk_size: int = 500) -> Iterator[Offer]:
        """All of them, piece by piece; what changes meanwhile moves no row."""
        for start in range(0, len(self._positions), chunk_size):
            yield from self[start : start + chunk_size]


@frozen(eq=False)
class Question:
    """A valid filter set, and the rows that each of its filters leaves.

    Attributes:
        name: the same for the same rows on the same day; None when what is asked for may change.
    """

    filterset: OfferFilterSet
    index: OfferIndex
    masks: dict[str, Mask]
    name: str | None = field(init=False)

    @name.default
    def _name(self) -> str | None:
        if "verified" in self.masks:
            return None
        asked = self.filterset.form.cleaned_data
        values = [(name, getattr(asked[name], "pk", asked[name])) for name in self.masks]
        return f"{timezone.localdate()} {values}"

    def left(self, *, but: str = "") -> Mask:
        """Rows that every filter leaves, one of them left out."""
        masks = [mask for name, mask in self.masks.items() if name != but]
        return np.logical_and.reduce(masks) if masks else self.index.every

    def found(self) -> FoundOffers:
        """The answer in the order that is asked for."""
        rows = self.filterset.narrowed(self.filterset.queryset, "as_of")
        return FoundOffers(self._positions(), rows, self.index)

    def _positions(self) -> Positions:
        if self.name is None:
            return self._in_order()
        kept, name = self.index.answers, (self.name, str(self._ordering))
        if name not in kept:
            while len(kept) >= MOST_KEPT:
                kept.pop(next(iter(kept)), None)
            kept[name] = self._in_order()
        return kept[name]

    def _in_order(self) -> Positions:
        every = every_row(self.index)
        asked = self.filterset.filters["ordering"].filter(every, self._ordering)
        positions = in_order(self.index, asked.order)
        return np.compress(self.left().take(positions), positions)

    @property
    def _ordering(self) -> Any:
        return self.filterset.form.cleaned_data["ordering"]


def ask(filterset: OfferFilterSet) -> Question:
    """Work out each filter by itself; the form must be valid."""
    index = current_index(filterset.day)
    rows, masks = every_row(index), {}
    for name in filterset.narrowing():
        if name != "as_of":
            masks[name] = filterset.narrowed(rows, name).mask
    return Question(filterset=filterset, index=index, masks=masks)
