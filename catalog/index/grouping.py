"""What facets group the rows of an index by, and what people call the groups."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from django.utils import timezone

from catalog.facets.facet import Facet
from catalog.index.expressions import worked_out
from catalog.index.offer_index import OfferIndex
from catalog.index.vectors import Coded


@frozen(eq=False)
class Grouping:
    """One facet on one index.

    Attributes:
        day: on which it was made; ages are others on the next.
        labels: of every value that any row has.
    """

    day: Any
    column: Coded
    labels: Mapping[Any, tuple[str, str]]


def grouping(facet: Facet, index: OfferIndex) -> Grouping:
    """The groups of a facet, worked out once a day for each index.

    Raises:
        TypeError: the facet is of figures that rarely repeat.
    """
    kept = index.groups.get(facet.name)
    if kept is None or kept.day != timezone.localdate():
        kept = index.groups[facet.name] = _grouping(facet, index)
    found: Grouping = kept
    return found


def _grouping(facet: Facet, index: OfferIndex) -> Grouping:
    day = timezone.localdate()
    column = worked_out(facet.column(), index)
    if not isinstance(column, Coded):
        raise TypeError(f"Rows cannot be grouped by {facet.name}")
    return Grouping(day=day, column=column, labels=facet.labels(column.values))
