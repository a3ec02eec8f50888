"""Who rents out a variant: providers with what they have of it."""

import datetime as dt
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.urls import reverse

from catalog.as_of.past import column, seen_by
from catalog.models import Accelerator, Offer
from catalog.tables import Column

ON_DEMAND = Q(pricing=Offer.Pricing.ON_DEMAND)
SPOT = Q(pricing=Offer.Pricing.SPOT)


def clouds_of(accelerator: Accelerator, as_of: dt.date | None = None) -> QuerySet[Offer, Any]:
    """One dictionary per provider and currency with live rental offers, most offers first."""
    rented = Offer.objects.filter(accelerator=accelerator, status=Offer.Status.LIVE)
    rows = seen_by(rented, as_of) if as_of else rented
    price = column(rows, "amount_per_accelerator")
    return (
        rows.exclude(pricing=Offer.Pricing.BUY)
        .order_by()
        .values(
            money=F(column(rows, "currency")),
            provider_name=F("provider__name"),
            provider_slug=F("provider__slug"),
        )
        .annotate(
            instance_count=Count("instance", distinct=True),
            offer_count=Count("pk"),
            on_demand=Min(price, filter=ON_DEMAND),
            spot=Min(price, filter=SPOT),
            newest=Max(column(rows, "observed_on")),
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
        price = row[name]
        return "" if price is None else f"{price:,.2f} {row['money']}"

    return Column(
        name=name, label=label, unit="per accelerator and hour", numeric=True, value=value
    )
