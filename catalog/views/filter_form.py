"""The form of a list: what people type, ranges folded, and what facets chose kept along."""

from collections.abc import Iterable
from typing import Any

from attrs import frozen
from django.forms import BoundField
from django.forms.widgets import Input
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django_filters import FilterSet
from django_filters.widgets import RangeWidget

from catalog.facets.facet import Facet

_empty: dict[tuple[type, str], SafeString] = {}
"""Boxes that nobody typed in, by form and field: they are the same on every page."""


@frozen(kw_only=True)
class KeptField:
    """A field set by links beside the form, which only carries it."""

    name: str
    value: Any
    problem: str


@frozen(kw_only=True)
class FilterForm:
    """Fields of a filter set by how the page shows them.

    Attributes:
        typed: drawn fields that stand open.
        ranges: drawn pairs of fields for a range of a figure.
        open_ranges: whether a range narrows or is wrong, and so must be seen.
    """

    typed: list[SafeString]
    ranges: list[SafeString]
    kept: list[KeptField]
    open_ranges: bool


def filter_form(filterset: FilterSet, facets: Iterable[Facet]) -> FilterForm:
    """Sorts and draws the fields of a filter set."""
    linked = {facet.name for facet in facets if facet.params == (facet.name,)} | {"ordering"}
    kept = [field for field in filterset.form if field.name in linked]
    rest = [field for field in filterset.form if field.name not in linked]
    ranges = [field for field in rest if isinstance(field.field.widget, RangeWidget)]
    return FilterForm(
        typed=[_drawn(field, "partials/field.html") for field in rest if field not in ranges],
        ranges=[_drawn(field, "catalog/_range.html") for field in ranges],
        kept=[_kept(field) for field in kept],
        open_ranges=any(field.errors or not _is_empty(field) for field in ranges),
    )


def _kept(field: BoundField) -> KeptField:
    value = field.value()
    if field.name == "ordering":
        value = value[0] if value else ""
    problem = f"{field.label}: {field.errors[0]}" if field.errors else ""
    return KeptField(name=field.name, value=value or "", problem=problem)


def _drawn(field: BoundField, template: str) -> SafeString:
    box = isinstance(field.field.widget, Input | RangeWidget)
    if not box or field.errors or not _is_empty(field):
        return render_to_string(template, {"field": field})
    key = (type(field.form), field.name)
    if key not in _empty:
        _empty[key] = render_to_string(template, {"field": field})
    return _empty[key]


def _is_empty(field: BoundField) -> bool:
    value = field.value()
    return not (any(value) if isinstance(value, list | tuple) else value)
