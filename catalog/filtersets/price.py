"""Filters of offers."""

import datetime as dt
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone

from catalog.filtersets.base import CatalogFilterSet, Choice, NumberRange, SlugFilter, order_by
from catalog.freshness import FRESH_DAYS, STALE_DAYS
from catalog.models import Accelerator, InstanceType, Offer, Server, Vendor
from catalog.searching import matches

FRESHNESS = [
    ("fresh", f"Seen in the last {FRESH_DAYS} days"),
    ("stale", "Seen in the last year"),
    ("historical", "Older than a year"),
    ("unknown", "Date unknown"),
]


class OfferFilterSet(CatalogFilterSet):
    """Prices by seller, system, terms and age. Suspect prices are hidden unless asked for."""

    provider = filters.ModelChoiceFilter(
        queryset=Vendor.objects.filter(offers__isnull=False).distinct(),
        to_field_name="slug",
        empty_label="Any",
        label="Provider",
    )
    accelerator = filters.ModelChoiceFilter(
        queryset=Accelerator.objects.filter(offers__isnull=False).distinct(),
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
        choices=FRESHNESS, empty_label="Any", method="by_age", label="Age of the price"
    )
    region = filters.CharFilter(lookup_expr="icontains", label="Region")
    accelerator_count = NumberRange(label="Accelerators")
    amount_per_accelerator = NumberRange(label="Price per accelerator")
    ordering = order_by(
        *("slug", "accelerator_count", "pricing", "amount", "amount_per_accelerator"),
        *("observed_on", "region"),
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
        today = timezone.localdate()
        fresh, stale = (today - dt.timedelta(days=days) for days in (FRESH_DAYS, STALE_DAYS))
        conditions: dict[str, dict[str, Any]] = {
            "fresh": {"observed_on__gte": fresh},
            "stale": {"observed_on__lt": fresh, "observed_on__gte": stale},
            "historical": {"observed_on__lt": stale},
            "unknown": {"observed_on__isnull": True},
        }
        return queryset.filter(**conditions[value])

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """As the form says; without a word on status, live offers only."""
        if not self.form.cleaned_data.get("status"):
            queryset = queryset.filter(status=Offer.Status.LIVE)
        return super().filter_queryset(queryset)
