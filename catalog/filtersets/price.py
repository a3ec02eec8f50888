"""Filters of offers."""

import datetime as dt
from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from catalog.as_of.asking import DayField
from catalog.as_of.past import column, seen_by
from catalog.filtersets.base import (
    CatalogFilterSet,
    Choice,
    NumberRange,
    SlugFilter,
    YesOrNo,
    order_by,
)
from catalog.filtersets.expressions import age
from catalog.filtersets.of_accelerator import families, memory_each, memory_together
from catalog.freshness import AGES, VERDICT_LASTS
from catalog.models import Accelerator, InstanceType, Offer, Server, Vendor
from catalog.search.matching import matches


class DayFilter(filters.DateFilter):
    """Prices of a past day in place of today's; stands before every filter that reads a price."""

    field_class = DayField

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return seen_by(qs, value) if value else qs


class PriceRange(NumberRange):
    """A range of a figure that a past day has of its own."""

    def filter(self, qs: QuerySet, value: slice | None) -> QuerySet:
        bounds = {"gte": value.start, "lte": value.stop} if value else {}
        name = column(qs, self.field_name or "")
        given = {f"{name}__{way}": bound for way, bound in bounds.items() if bound is not None}
        return qs.filter(**given) if given else qs


class OfferFilterSet(CatalogFilterSet):
    """Prices by seller, system, terms and age. Suspect prices are hidden unless asked for."""

    as_of = DayFilter(label="Prices as of", help_text="Empty for today")
    provider = filters.ModelChoiceFilter(
        queryset=Vendor.objects.filter(Exists(Offer.objects.filter(provider=OuterRef("pk")))),
        to_field_name="slug",
        empty_label="Any",
        label="Provider",
    )
    accelerator = filters.ModelChoiceFilter(
        queryset=Accelerator.objects.filter(
            Exists(Offer.objects.filter(accelerator=OuterRef("pk")))
        ),
        to_field_name="slug",
        empty_label="Any",
        label="Accelerator",
    )
    instance = SlugFilter(queryset=InstanceType.objects.all(), label="Instance type")
    server = SlugFilter(queryset=Server.objects.all(), label="Server")
    pricing = filters.ChoiceFilter(
        choices=Offer.Pricing.choices, empty_label="Any", label="Pricing"
    )
    status = Choice(choices=Offer.Status.choices, label="Status")
    freshness = filters.ChoiceFilter(
        choices=AGES, empty_label="Any", method="by_age", label="Age of the price"
    )
    family = Choice(choices=families, field_name="accelerator__family", label="Family")
    region = filters.CharFilter(lookup_expr="icontains", label="Region")
    region_exact = filters.CharFilter(field_name="region", label="Region, whole name")
    condition = filters.CharFilter(label="Condition")
    verified = YesOrNo(method="by_verdict", label="Verified by probes")
    accelerator_count = NumberRange(label="Accelerators")
    memory_label_gb = memory_each()
    memory_total_gb = memory_together()
    amount_per_accelerator = PriceRange(label="Price per accelerator")
    ordering = order_by(
        *("slug", "accelerator_count", "pricing", "amount", "amount_per_accelerator"),
        *("observed_on", "region", "vcpus", "ram_gb"),
        provider="provider__name",
        accelerator="accelerator__name",
    )

    class Meta:
        model = Offer
        fields: list[str] = []

    def by_text(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        columns = ("provider__name", "accelerator_stated", "instance__name", "region")
        return queryset.filter(matches(value, *columns, accelerator="accelerator"))

    def by_age(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Offers whose newest observation is this old."""
        seen = column(queryset, "observed_on")
        return queryset.alias(age=age(self.day, seen)).filter(age=value)

    @property
    def day(self) -> dt.date | None:
        """The past day whose prices are asked for; the form must be valid."""
        chosen: dt.date | None = self.form.cleaned_data.get("as_of")
        return chosen

    def by_verdict(self, queryset: QuerySet, name: str, value: bool) -> QuerySet:
        """Offers of an attached host that probes verified lately, or all the others."""
        since = timezone.now() - VERDICT_LASTS
        if value:
            return queryset.filter(host__verdict="verified", host__verdict_at__gte=since)
        return queryset.filter(
            Q(host=None) | ~Q(host__verdict="verified") | Q(host__verdict_at__lt=since)
        )

    def narrowing(self) -> list[str]:
        """As chosen; without a word on status, live offers only."""
        chosen = super().narrowing()
        return chosen if "status" in chosen else [*chosen, "status"]

    def narrowed(self, rows: Any, name: str) -> Any:
        if name == "status" and not self.has_chosen("status"):
            return rows.filter(status=Offer.Status.LIVE)
        return super().narrowed(rows, name)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """As the form says, in its order."""
        for name in (*self.narrowing(), "ordering"):
            queryset = self.narrowed(queryset, name)
        return queryset
