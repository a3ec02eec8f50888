"""Who rents out a variant: providers with what they have of it."""

from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.urls import reverse

from catalog.models import Accelerator, Offer
from catalog.tables import Column

ON_DEMAND = Q(pricing=Offer.Pricing.ON_DEMAND)
SPOT = Q(pricing=Offer.Pricing.SPOT)


def clouds_of(accelerator: Accelerator) -> QuerySet[Offer, Any]:
    """One dictionary per provider and currency with live rental offers, most offers first."""
    rented = Offer.objects.filter(accelerator=accelerator, status=Offer.Status.LIVE)
    return (
        rented.exclude(pricing=Offer.Pricing.BUY)
        .order_by()
        .values("currency", provider_name=F("provider__name"), provider_slug=F("provider__slug"))
        .annotate(
            instance_count=Count("instance", distinct=True),
            offer_count=Count("pk"),
            on_demand=Min("amount_per_accelerator", filter=ON_DEMAND),
            spot=Min("amount_per_accelerator", filter=SPOT),
            newest=Max("observed_on"),
        )
        .order_by("-offer_count", "provider_name", "currency")
    )


def columns_for(accelerator: Accelerator) -> list[Column]:
    """The columns of that table."""
    offers = f"{reverse('catalog:offers')}?accelerator={accelerator.slug}&provider="
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
        return "" if price is None else f"{price:,.2f} {row['currency']}"

    return Column(
        name=name, label=label, unit="per accelerator and hour", numeric=True, value=value
    )
