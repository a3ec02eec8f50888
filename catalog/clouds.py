"""Who rents out a variant: providers with what they have of it."""

import datetime as dt
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.urls import reverse

from catalog.as_of.past import column, seen_by
from catalog.filtersets.expressions import age
from catalog.freshness import LEVELS
from catalog.models import Accelerator, Offer
from catalog.tables import Column

#: What follows a price that is not fresh.
WORDS = {"fresh": "", "stale": " (stale)", "historical": " (historical)", "unknown": " (undated)"}
PRICINGS = {"on_demand": Offer.Pricing.ON_DEMAND, "spot": Offer.Pricing.SPOT}


def clouds_of(accelerator: Accelerator, as_of: dt.date | None = None) -> QuerySet[Offer, Any]:
    """One dictionary per provider and currency with live rental offers, most offers first.

    The lowest price of each age stands by itself, because an old one may be gone.
    """
    rented = Offer.objects.filter(accelerator=accelerator, status=Offer.Status.LIVE)
    rows = seen_by(rented, as_of) if as_of else rented
    price, seen = (column(rows, name) for name in ("amount_per_accelerator", "observed_on"))
    lowest = {
        f"{name}_{level}": Min(price, filter=Q(pricing=pricing, age=level))
        for name, pricing in PRICINGS.items()
        for level in LEVELS
    }
    return (
        rows.annotate(age=age(as_of, seen))
        .exclude(pricing=Offer.Pricing.BUY)
        .order_by()
        .values(
            money=F(column(rows, "currency")),
            provider_name=F("provider__name"),
            provider_slug=F("provider__slug"),
        )
        .annotate(
            instance_count=Count("instance", distinct=True),
            offer_count=Count("pk"),
            newest=Max(seen),
            **lowest,
        )
        .order_by("-offer_count", "provider_name", "money")
    )


def columns_for(query: str) -> list[Column]:
    """The columns of that table; `query` narrows the list of offers to the variant."""
    offers = f"{reverse('catalog:offers')}{query}&provider="
    return [
        Column(
            name="provider",
            label="Provider",
            value=lambda row: row["provider_name"],
            link=lambda row: reverse("catalog:vendor", args=[row["provider_slug"]]),
        ),
        _number("Instance types", "instance_count"),
        Column(
            name="offers",
            label="Offers",
            numeric=True,
            value=lambda row: row["offer_count"],
            link=lambda row: offers + row["provider_slug"],
        ),
        _price("Lowest on demand", "on_demand"),
        _price("Lowest spot", "spot"),
        Column(
            name="newest",
            label="Newest price seen",
            value=lambda row: row["newest"] or "date unknown",
        ),
    ]


def _number(label: str, name: str) -> Column:
    return Column(name=name, label=label, numeric=True, value=lambda row: row[name])


def _price(label: str, name: str) -> Column:
    def value(row: dict[str, Any]) -> str:
        known = ((level, row[f"{name}_{level}"]) for level in LEVELS)
        for level, price in known:
            if price is not None:
                return f"{price:,.2f} {row['money']}{WORDS[level]}"
        return ""

    return Column(
        name=name, label=label, unit="per accelerator and hour", numeric=True, value=value
    )
