"""Who rents out a variant: providers with what they have of it."""

import datetime as dt

from attrs import frozen
from django.urls import reverse

from catalog.freshness import LEVELS
from catalog.index.of_row import Seller, sellers
from catalog.listing.tables import Column
from catalog.models import Accelerator, Offer, Vendor

#: What follows a price that is not fresh.
WORDS = {"fresh": "", "stale": " (stale)", "historical": " (historical)", "unknown": " (undated)"}


@frozen(kw_only=True)
class Cloud:
    """A provider with its live rental offers of one variant in one currency."""

    provider: Vendor
    of: Seller


def clouds_of(accelerator: Accelerator, as_of: dt.date | None = None) -> list[Cloud]:
    """Most offers first; at the prices of a past day if one is given."""
    found = sellers(accelerator, as_of)
    vendors = Vendor.objects.in_bulk([seller.provider_id for seller in found])
    clouds = [Cloud(provider=vendors[seller.provider_id], of=seller) for seller in found]
    return sorted(clouds, key=lambda one: (-one.of.offers, one.provider.name, one.of.currency))


def columns_for(query: str) -> list[Column]:
    """The columns of that table; `query` narrows the list of offers to the variant."""
    offers = f"{reverse('catalog:offers')}{query}&provider="
    return [
        Column(
            name="provider",
            label="Provider",
            value=lambda row: row.provider.name,
            link=lambda row: row.provider.get_absolute_url(),
        ),
        Column(
            name="instances",
            label="Instance types",
            numeric=True,
            value=lambda row: row.of.instances,
        ),
        Column(
            name="offers",
            label="Offers",
            numeric=True,
            value=lambda row: row.of.offers,
            link=lambda row: offers + row.provider.slug,
        ),
        _price("Lowest on demand", Offer.Pricing.ON_DEMAND),
        _price("Lowest spot", Offer.Pricing.SPOT),
        Column(
            name="newest",
            label="Newest price seen",
            value=lambda row: row.of.newest or "date unknown",
        ),
    ]


def _price(label: str, pricing: str) -> Column:
    def value(row: Cloud) -> str:
        """Of the best age there is, because an old price may be gone."""
        for level in LEVELS:
            price = row.of.lowest.get((pricing, level))
            if price is not None:
                return f"{price:,.2f} {row.of.currency}{WORDS[level]}"
        return ""

    name, unit = f"lowest {pricing}", "per accelerator and hour"
    return Column(name=name, label=label, unit=unit, numeric=True, value=value)
