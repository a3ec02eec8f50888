"""Positions of all offers in an order, worked out once for each order that is asked for."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db.models import F
from django.db.models.expressions import OrderBy
from numpy.typing import NDArray

from catalog.index.offer_index import OfferIndex, related_model
from catalog.index.vectors import Coded, Positions
from catalog.models import Offer

MOST_KEPT = 24
"""Orders of one index; addresses could name thousands of combinations."""

MOST_PLACES = 2**16 - 1
"""Distinct values that a short number can tell apart, with one for the unknown one."""

MANY = 5000
"""So many texts are sorted with all offers that have them, not by an example of each."""


def in_order(index: OfferIndex, by: Sequence[Any] = ()) -> Positions:
    """Positions of all rows; without `by` in the usual order of offers."""
    usual: Sequence[Any] = Offer._meta.ordering or ()  # noqa: SLF001 - documented
    wanted = [_order(part) for part in by or usual]
    name = ",".join(f"{'-' * down}{column}" for column, down in wanted)
    kept = index.orders
    if name not in kept:
        while len(kept) >= MOST_KEPT:
            kept.pop(next(iter(kept)), None)
        kept[name] = _sorted(index, wanted)
    return kept[name]


def _order(part: Any) -> tuple[str, bool]:
    """Column and whether it descends; unknown values come last both ways."""
    if isinstance(part, OrderBy):
        expression: Any = part.expression
        if isinstance(expression, F):
            return expression.name, part.descending  # type: ignore[attr-defined]
        raise NotImplementedError(f"The index of offers cannot order by {expression!r}")
    return part.removeprefix("-"), part.startswith("-")


def _sorted(index: OfferIndex, wanted: Sequence[tuple[str, bool]]) -> Positions:
    """One stable sort per column, the last one first."""
    positions = np.arange(len(index.keys), dtype=np.int32)
    for name, down in reversed(wanted):
        if name == "pk":
            # Rows stand in this order; as the first of several columns it leaves nothing to them.
            positions = np.sort(positions)[:: -1 if down else 1]
        else:
            ranks = _ranks(index, name, down=down)
            positions = positions.take(np.argsort(ranks.take(positions), kind="stable"))
    return np.ascontiguousarray(positions)


def _ranks(index: OfferIndex, name: str, *, down: bool) -> NDArray[Any]:
    """Numbers that stand in the order of a column, unknown values last."""
    if name == "slug":
        ranks = _ranks_of_slugs(index)
        return -ranks if down else ranks
    column = index.column(name)
    if not isinstance(column, Coded):
        figures = column.figures()
        return -figures if down else figures
    known = _known_in_order(index, name, column)
    places = {value: place for place, value in enumerate(reversed(known) if down else known)}
    of_code = np.array([places.get(value, len(places)) for value in column.values])
    # Short numbers are sorted in one pass over them.
    kind = np.uint16 if len(places) < MOST_PLACES else np.int32
    return of_code.astype(kind).take(column.codes)


def _known_in_order(index: OfferIndex, name: str, column: Coded) -> list[Any]:
    """Distinct values, sorted; the database says how texts are."""
    known = [value for value in column.values if value is not None]
    if not any(isinstance(value, str) for value in known):
        return sorted(known)
    first, _, rest = name.partition("__")
    if rest:
        rows = related_model(first)._default_manager.order_by(rest)  # noqa: SLF001 - documented
        return list(dict.fromkeys(rows.values_list(rest, flat=True)))
    offers = Offer.objects.order_by(name)
    if len(known) < MANY:
        # One offer of each value: sorting all of them for a few texts takes the database longer.
        _, examples = np.unique(column.codes, return_index=True)
        offers = offers.filter(pk__in=index.keys[examples].tolist())
    return list(dict.fromkeys(offers.values_list(name, flat=True)))


def _ranks_of_slugs(index: OfferIndex) -> NDArray[np.int64]:
    found = Offer.objects.order_by("slug").values_list("pk", flat=True)
    places = {key: place for place, key in enumerate(found.iterator())}
    ranks = (places.get(key, len(places)) for key in index.keys.tolist())
    return np.fromiter(ranks, np.int64, len(index.keys))
