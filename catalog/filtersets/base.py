"""Pieces of the FilterSets."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from catalog.as_of.past import column
from catalog.filtersets.declared import DeclaredFilters, form_class


class NumberRange(filters.RangeFilter):
    """`<name>_min` and `<name>_max`, both optional and inclusive."""

    def __init__(self, *args: Any, unit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extra["help_text"] = unit


@extend_schema_field(OpenApiTypes.FLOAT)
class ComputedRange(NumberRange):
    """A range of a figure that rows do not hold but that follows from what they hold."""

    def __init__(self, expression: Combinable, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.expression = expression

    def filter(self, qs: QuerySet, value: slice | None) -> QuerySet:
        if not value:
            return qs
        return super().filter(qs.alias(**{self.field_name: self.expression}), value)


class NullsLast(filters.OrderingFilter):
    """Order by a column either way; rows where it is unknown come last both times."""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        chosen = [self._expression(qs, item) for item in value or () if item]
        return qs.order_by(*chosen, "pk") if chosen else qs

    def _expression(self, qs: QuerySet, item: str) -> Any:
        name = item.removeprefix("-")
        by = F(column(qs, self.param_map[name]))
        direction = by.desc if item.startswith("-") else by.asc
        return direction(nulls_last=True)


class Choice(filters.ChoiceFilter):
    """One of a fixed set, or any."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, empty_label="Any", **kwargs)


class YesOrNo(filters.BooleanFilter):
    """Yes, no, or any: what Django's own select calls "Unknown" means that nothing is asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = [("", "Any"), ("true", "Yes"), ("false", "No")]
        super().__init__(*args, widget=forms.Select(choices=choices), **kwargs)


class SlugFilter(filters.ModelChoiceFilter):
    """One row by slug, typed or linked to; a list of hundreds would weigh down the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"to_field_name": "slug", "widget": forms.TextInput()}
        super().__init__(*args, **kwargs)


class CatalogFilterSet(filters.FilterSet):
    """Every list has `search`; subclasses say what it looks at and add `ordering`."""

    search = filters.CharFilter(
        method="by_text",
        label="Search",
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    @classmethod
    def get_filters(cls) -> dict[str, filters.Filter]:
        return DeclaredFilters(super().get_filters())

    def get_form_class(self) -> type[forms.Form]:
        return form_class(type(self), super().get_form_class)

    def by_text(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Narrow by the words of a search."""
        raise NotImplementedError

    def has_chosen(self, name: str) -> bool:
        """Whether this filter narrows; the form must be valid."""
        return self.form.cleaned_data.get(name) not in (None, "", [])

    def narrowing(self) -> list[str]:
        """Names of the filters that narrow, in the order in which they apply."""
        return [name for name in self.filters if name != "ordering" and self.has_chosen(name)]

    def narrowed(self, rows: Any, name: str) -> Any:
        """Rows that one filter leaves of these: a queryset, or what stands for one."""
        return self.filters[name].filter(rows, self.form.cleaned_data[name])

    def left(self, *, but: str = "") -> QuerySet:
        """Rows, in any order, that every filter leaves, one of them left out."""
        rows = self.queryset.all()
        for name in self.narrowing():
            if name != but:
                rows = self.narrowed(rows, name)
        return rows


def order_by(*columns: str, **renamed: str) -> NullsLast:
    """Sortable columns; `renamed` maps a name in the URL to a column."""
    pairs = [(column, column) for column in columns]
    pairs += [(column, name) for name, column in renamed.items()]
    return NullsLast(fields=pairs, label="Order")
