"""Filters of vendors and sources."""

import django_filters as filters
from django.db.models import QuerySet

from catalog.filtersets.base import CatalogFilterSet, Choice, order_by
from catalog.models import Source, Vendor
from catalog.search.matching import matches


class VendorFilterSet(CatalogFilterSet):
    """Makers, clouds and marketplaces."""

    kind = Choice(choices=Vendor.Kind.choices, label="Kind")
    ordering = order_by("slug", "name", "kind", "offer_count", "system_count")

    class Meta:
        model = Vendor
        fields: list[str] = []

    def by_text(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(matches(value, "name", "aliases", "slug"))


class SourceFilterSet(CatalogFilterSet):
    """What facts and prices cite."""

    kind = Choice(choices=Source.Kind.choices, label="Kind")
    licence = filters.CharFilter(lookup_expr="icontains", label="Licence")
    ordering = order_by("slug", "title", "kind", "read_on", "licence", "confidence")

    class Meta:
        model = Source
        fields: list[str] = []

    def by_text(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(matches(value, "title", "url", "slug"))
