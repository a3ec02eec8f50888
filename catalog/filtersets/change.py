"""Filters of changes."""

import datetime as dt
from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from catalog.as_of.asking import DayField
from catalog.filtersets.base import CatalogFilterSet, Choice, NumberRange, order_by
from catalog.models import RowChange, Source
from catalog.search.matching import matches


class DayOf(filters.DateFilter):
    """What happened on one day, found by the index of times."""

    field_class = DayField

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if not value:
            return qs
        start = timezone.make_aware(dt.datetime.combine(value, dt.time.min))
        return qs.filter(changed_at__gte=start, changed_at__lt=start + dt.timedelta(days=1))


class ChangeFilterSet(CatalogFilterSet):
    """Changes by row, column, day and where they came from."""

    kind = Choice(choices=RowChange.Kind.choices, label="Kind")
    row = filters.CharFilter(field_name="slug", max_length=200, label="Row, by slug")
    what = Choice(choices=RowChange.What.choices, label="Change")
    field = filters.CharFilter(max_length=60, label="Field")
    day = DayOf(label="On the day")
    origin = Choice(choices=RowChange.Origin.choices, label="By")
    source = filters.ModelChoiceFilter(
        queryset=Source.objects.filter(Exists(RowChange.objects.filter(source=OuterRef("pk")))),
        to_field_name="slug",
        empty_label="Any",
        label="Source",
    )
    revision = NumberRange(field_name="revision__number", label="Revision")
    ordering = order_by("kind", "field", "name", changed_at="id")

    class Meta:
        model = RowChange
        fields: list[str] = []

    def by_text(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(matches(value, "name", "slug", "field", "old", "new"))
