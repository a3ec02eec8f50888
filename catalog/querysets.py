"""The querysets behind lists and details, shared by pages and API: constant query counts."""

import datetime as dt

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from catalog.as_of.past import seen_by
from catalog.index.counting import offers_by
from catalog.known_numbers import KnownNumber
from catalog.models import (
    Accelerator,
    Claim,
    InstanceType,
    Offer,
    RowChange,
    Server,
    Source,
    Vendor,
)

MOST_NUMBERS = 5000
"""So many can be told to the database in a question; more are counted there."""


def accelerators() -> QuerySet[Accelerator]:
    """Variants with their maker; derived ones (CPUs) included, marked."""
    return Accelerator.objects.select_related("vendor").prefetch_related("aliases")


def servers() -> QuerySet[Server]:
    """Servers with maker, accelerator and source."""
    return Server.objects.select_related("vendor", "accelerator", "source")


def instances() -> QuerySet[InstanceType]:
    """Instance types with provider, accelerator and source."""
    return InstanceType.objects.select_related("provider", "accelerator", "source")


def offers(as_of: dt.date | None = None) -> QuerySet[Offer]:
    """Offers with everything their rows show, at the prices of a past day if one is given."""
    shown = ("provider", "accelerator", "instance", "server", "source", "host")
    rows = Offer.objects.select_related(*shown)
    return seen_by(rows, as_of) if as_of else rows


def vendors() -> QuerySet[Vendor]:
    """Vendors with how much the catalog has of them."""
    server_count = _count(Server.objects.filter(vendor=OuterRef("pk")), "vendor")
    instance_count = _count(InstanceType.objects.filter(provider=OuterRef("pk")), "provider")
    return Vendor.objects.annotate(
        offer_count=_offers("provider"), system_count=server_count + instance_count
    )


def sources() -> QuerySet[Source]:
    """Sources with how many claims and offers rest on them."""
    claims = _count(Claim.objects.filter(source=OuterRef("pk")), "source")
    return Source.objects.annotate(claim_count=claims, offer_count=_offers("source"))


def changes() -> QuerySet[RowChange]:
    """Changes of rows with what the new value rests on, newest first."""
    return RowChange.objects.select_related("source")


def _offers(name: str) -> KnownNumber | Coalesce:
    """How many offers refer to a row, as of now: counting 100,000 takes the database too long."""
    numbers = offers_by(name)
    if len(numbers) > MOST_NUMBERS:
        return _count(Offer.objects.filter(**{name: OuterRef("pk")}), name)
    return KnownNumber(numbers)


def _count(rows: QuerySet, group: str) -> Coalesce:
    counted = rows.order_by().values(group).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
