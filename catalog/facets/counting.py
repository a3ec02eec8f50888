"""How many rows each choice would leave: one grouped query, and one more per chosen facet."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen
from django.db.models import Count, QuerySet

from catalog.facets.facet import Facet
from catalog.filtersets.base import CatalogFilterSet


@frozen(kw_only=True)
class Counts:
    """Rows by facet and value; `total` is None when every facet is chosen.

    Attributes:
        labels: of facets whose values are known beforehand.
    """

    by_facet: dict[str, Counter[Any]] = field(factory=dict)
    labels: dict[str, Mapping[Any, tuple[str, str]]] = field(factory=dict)
    total: int | None = None


def count(filterset: CatalogFilterSet, facets: Sequence[Facet]) -> Counts:
    """Counts under the other filters: a chosen facet is counted as if it were not chosen."""
    alone = [facet for facet in facets if facet.apart or filterset.has_chosen(facet.name)]
    shared = [facet for facet in facets if facet not in alone]
    by_facet: dict[str, Counter[Any]] = {facet.name: Counter() for facet in facets}
    total = _add(by_facet, filterset, shared) if shared else None
    for facet in alone:
        for values, number in _groups(filterset.left(but=facet.name), [facet]):
            by_facet[facet.name][values[0]] += number
    return Counts(by_facet=by_facet, total=total)


def _add(
    by_facet: dict[str, Counter[Any]], filterset: CatalogFilterSet, facets: Sequence[Facet]
) -> int:
    """Counts facets of which none is chosen in one pass; returns the rows of the list."""
    implied = next((facet for facet in facets if facet.default), None)
    total = 0
    for values, number in _groups(filterset.left(but=implied.name if implied else ""), facets):
        group = dict(zip((facet.name for facet in facets), values, strict=True))
        if implied and group[implied.name] != implied.default:
            by_facet[implied.name][group[implied.name]] += number
            continue
        total += number
        for name, value in group.items():
            by_facet[name][value] += number
    return total


def _groups(rows: QuerySet, facets: Iterable[Facet]) -> Iterator[tuple[tuple[Any, ...], int]]:
    columns = {f"facet_{facet.name}": facet.column() for facet in facets}
    grouped = rows.order_by().values(**columns).annotate(number=Count("pk"))
    for row in grouped.values_list(*columns, "number"):
        yield row[:-1], row[-1]
