"""Offers, vendors and sources in the search."""

from urllib.parse import urlencode

from catalog.filtersets import OfferFilterSet, SourceFilterSet, VendorFilterSet
from catalog.index.counting import Variant, by_variant, values_of
from catalog.index.finding import ask
from catalog.models import Accelerator, Offer, Source, Vendor
from catalog.search.nouns import MOST_HITS, Found, Hit, Noun, called, first_hits


def _offers(text: str) -> Found:
    """By what they offer: hundreds of prices of one variant are one hit."""
    filterset = OfferFilterSet({"search": text}, queryset=Offer.objects.all())
    if not filterset.form.is_valid():
        return Found(count=0, hits=())
    variants = by_variant(ask(filterset))
    names = Accelerator.objects.in_bulk([variant.key for variant in variants])
    ranked = sorted(variants, key=lambda variant: (-variant.count, names[variant.key].name))
    return Found(
        count=sum(variant.count for variant in ranked),
        hits=tuple(_variant(names[row.key], row, text) for row in ranked[:MOST_HITS]),
    )


def _variant(accelerator: Accelerator, found: Variant, text: str) -> Hit:
    number, providers = found.count, found.providers
    query = urlencode({"search": text, "accelerator": accelerator.slug})
    return Hit(
        title=accelerator.name,
        url=f"/offers/?{query}",
        detail=f"{number:,} offer{'s' * (number != 1)} of {providers} "
        f"provider{'s' * (providers != 1)}",
    )


def _vendors(text: str) -> Found:
    rows = called(VendorFilterSet, Vendor.objects.all(), text)
    return first_hits(rows, _vendor)


def _vendor(row: Vendor) -> Hit:
    return Hit(title=row.name, url=row.get_absolute_url(), detail=row.get_kind_display())


def _sources(text: str) -> Found:
    rows = called(SourceFilterSet, Source.objects.all(), text)
    return first_hits(rows, _source)


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
    words=lambda: values_of("region"),
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
