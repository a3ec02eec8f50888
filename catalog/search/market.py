"""Offers, vendors and sources in the search."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count

from catalog import querysets
from catalog.filtersets import OfferFilterSet, SourceFilterSet, VendorFilterSet
from catalog.models import Offer, Source, Vendor
from catalog.search.nouns import MOST_HITS, Found, Hit, Noun


def _offers(text: str) -> Found:
    """By what they offer: hundreds of prices of one variant are one hit."""
    rows = OfferFilterSet({"search": text}, queryset=Offer.objects.all()).qs
    variants = (
        rows.order_by()
        .values("accelerator__slug", "accelerator__name")
        .annotate(number=Count("pk"), providers=Count("provider", distinct=True))
        .order_by("-number", "accelerator__name")
    )
    found = list(variants)
    return Found(
        count=sum(row["number"] for row in found),
        hits=tuple(_variant(row, text) for row in found[:MOST_HITS]),
    )


def _variant(row: dict[str, Any], text: str) -> Hit:
    number, providers = row["number"], row["providers"]
    query = urlencode({"search": text, "accelerator": row["accelerator__slug"]})
    return Hit(
        title=row["accelerator__name"],
        url=f"/offers/?{query}",
        detail=f"{number:,} offer{'s' * (number != 1)} of {providers} "
        f"provider{'s' * (providers != 1)}",
    )


def _vendors(text: str) -> Found:
    rows = VendorFilterSet({"search": text}, queryset=querysets.vendors()).qs
    return Found(count=rows.count(), hits=tuple(map(_vendor, rows[:MOST_HITS])))


def _vendor(row: Vendor) -> Hit:
    return Hit(title=row.name, url=row.get_absolute_url(), detail=row.get_kind_display())


def _sources(text: str) -> Found:
    rows = SourceFilterSet({"search": text}, queryset=Source.objects.all()).qs
    return Found(count=rows.count(), hits=tuple(map(_source, rows[:MOST_HITS])))


def _source(row: Source) -> Hit:
    read = f", read on {row.read_on}" if row.read_on else ""
    return Hit(
        title=row.title, url=row.get_absolute_url(), detail=f"{row.get_kind_display()}{read}"
    )


OFFERS = Noun(
    name="offers",
    title="Offers",
    url="/offers/",
    api_url="/api/v1/offers/",
    find=_offers,
    words=lambda: Offer.objects.order_by().values_list("region", flat=True).distinct(),
)
VENDORS = Noun(
    name="vendors",
    title="Vendors",
    url="/vendors/",
    api_url="/api/v1/vendors/",
    find=_vendors,
    words=lambda: Vendor.objects.values_list("name", flat=True),
)
SOURCES = Noun(
    name="sources",
    title="Sources",
    url="/sources/",
    api_url="/api/v1/sources/",
    find=_sources,
    words=lambda: Source.objects.values_list("title", flat=True),
)
