"""Positions of all offers in an order, worked out once for each order that is asked for."""

from collections.abc import Iterable, Sequence
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


def _sorted(index: OfferIndex, wanted: Iterable[tuple[str, bool]]) -> Positions:
    ranks = [-_ranks(index, name) if down else _ranks(index, name) for name, down in wanted]
    return np.lexsort(ranks[::-1]).astype(np.int32)


def _ranks(index: OfferIndex, name: str) -> NDArray[Any]:
    """Numbers that stand in the order of a column; NaN, which sorts last, for unknown ones."""
    if name == "pk":
        return np.arange(len(index.keys))
    if name == "slug":
        return _ranks_of_slugs(index)
    column = index.column(name)
    if not isinstance(column, Coded):
        return column.figures()
    places = _places(name, column)
    return column.translated(places.get(value) for value in column.values).figures()


def _places(name: str, column: Coded) -> dict[Any, int]:
    """Place of each distinct value; the database says how texts are sorted."""
    known = [value for value in column.values if value is not None]
    are_texts = any(isinstance(value, str) for value in known)
    sorted_values = _texts_in_order(name) if are_texts else sorted(known)
    return {value: place for place, value in enumerate(sorted_values)}


def _texts_in_order(name: str) -> Iterable[str]:
    first, _, rest = name.partition("__")
    model, path = (related_model(first), rest) if rest else (Offer, name)
    rows = model._default_manager.order_by(path)  # noqa: SLF001 - documented
    return dict.fromkeys(rows.values_list(path, flat=True).distinct())


def _ranks_of_slugs(index: OfferIndex) -> NDArray[np.int64]:
    found = Offer.objects.order_by("slug").values_list("pk", flat=True)
    places = {key: place for place, key in enumerate(found.iterator())}
    ranks = (places.get(key, len(places)) for key in index.keys.tolist())
    return np.fromiter(ranks, np.int64, len(index.keys))
