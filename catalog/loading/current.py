"""The catalog as it stands, for rows that come in beside it."""

from collections import defaultdict
from pathlib import Path

from django.utils import timezone

from catalog.loading import accelerators, basics, offers, review
from catalog.loading.context import Context
from catalog.models import Accelerator, InstanceType, Offer, Server, Source, Vendor


def as_it_stands(folder: Path) -> Context:
    """What the catalog knows now, as the loader needs it; `folder` holds the family rules."""
    context = Context(folder=folder, today=timezone.localdate(), decisions=review.decisions())
    context.sources = {row.slug: row for row in Source.objects.all()}
    context.vendors = {row.slug: row for row in Vendor.objects.all()}
    context.servers = {row.slug: row for row in Server.objects.all()}
    context.instances = {row.slug: row for row in InstanceType.objects.all()}
    context.accelerators = {row.slug: row for row in Accelerator.objects.filter(derived=False)}
    context.resolver = accelerators.resolver(context.accelerators, basics.family_rules(context))
    return context


def prices_by_group() -> dict[str, list[tuple[str, float]]]:
    """Prices per accelerator that count for the medians: of all offers that are not withdrawn."""
    groups: dict[str, list[tuple[str, float]]] = defaultdict(list)
    columns = ("slug", "accelerator_id", "pricing", "currency", "amount_per_accelerator")
    for row in Offer.objects.exclude(status=Offer.Status.WITHDRAWN).values(*columns):
        groups[offers.price_group(row)].append((row["slug"], row["amount_per_accelerator"]))
    return groups
