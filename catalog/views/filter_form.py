"""The form of a list: what people type, ranges folded, and what facets chose kept along."""

from collections.abc import Iterable

from attrs import frozen
from django.forms import BoundField
from django_filters import FilterSet
from django_filters.widgets import RangeWidget

from catalog.facets.facet import Facet


@frozen(kw_only=True)
class FilterForm:
    """Fields of a filter set by how the page shows them.

    Attributes:
        kept: set by links beside the form, so the form only carries them.
        open_ranges: whether a range narrows or is wrong, and so must be seen.
    """

    typed: list[BoundField]
    ranges: list[BoundField]
    kept: list[BoundField]
    open_ranges: bool


def filter_form(filterset: FilterSet, facets: Iterable[Facet]) -> FilterForm:
    """Sorts the fields of a filter set."""
    linked = {facet.name for facet in facets if facet.params == (facet.name,)} | {"ordering"}
    kept = [field for field in filterset.form if field.name in linked]
    rest = [field for field in filterset.form if field.name not in linked]
    ranges = [field for field in rest if isinstance(field.field.widget, RangeWidget)]
    return FilterForm(
        typed=[field for field in rest if field not in ranges],
        ranges=ranges,
        kept=kept,
        open_ranges=any(field.errors or any(field.value() or ()) for field in ranges),
    )
