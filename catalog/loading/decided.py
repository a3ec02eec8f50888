"""Brings in a queued row whose variant a person has set, and nothing else that was edited since."""

from collections.abc import Iterable

from catalog.loading import instances, offers, servers
from catalog.loading.context import Context
from catalog.loading.current import prices_by_group
from catalog.loading.files import Located, csv_rows, toml_rows
from catalog.loading.review import identity
from catalog.models import InstanceType, Offer, ReviewItem, Server


def land_decided(context: Context, item: ReviewItem) -> None:
    """The row as its data file has it now, or as it was queued, and offers that waited for it."""
    rows = [row for row in _rows(context, item.kind) if _is(row, item)] or [_as_queued(item)]
    if item.kind == ReviewItem.Kind.SERVER:
        known = set(context.servers)
        servers.land(context, rows)
        for slug in context.servers.keys() - known:
            _land_offers_of(context, context.servers[slug])
    elif item.kind == ReviewItem.Kind.INSTANCE:
        known = set(context.instances)
        instances.land(context, rows)
        for slug in context.instances.keys() - known:
            _bind_offers_of(context, context.instances[slug])
    else:
        offers.land(context, rows, beside=prices_by_group())


def _rows(context: Context, kind: str) -> Iterable[Located]:
    if kind == ReviewItem.Kind.SERVER:
        return toml_rows(context.folder, *servers.FILES)
    files = instances.FILES if kind == ReviewItem.Kind.INSTANCE else offers.FILES
    return csv_rows(context.folder, files)


def _is(row: Located, item: ReviewItem) -> bool:
    return identity(item.kind, row) == item.fingerprint


def _as_queued(item: ReviewItem) -> Located:
    return Located(place=item.label, licence=item.row.get("licence", ""), values=item.row)


def _land_offers_of(context: Context, server: Server) -> None:
    """Offers of a server are refused as long as the catalog does not have it."""
    rows = csv_rows(context.folder, offers.FILES)
    waiting = [row for row in rows if row.values.get("server") == server.slug]
    if waiting:
        offers.land(context, waiting, beside=prices_by_group())


def _bind_offers_of(context: Context, instance: InstanceType) -> None:
    """Offers of an instance type stand without it as long as the catalog does not have it."""
    variant = instance.accelerator.slug
    slugs = {
        offers.offer_slug(row.values, variant)
        for row in csv_rows(context.folder, offers.FILES)
        if instances.instance_slug(row.values["owner"], row.values.get("instance", ""))
        == instance.slug
    }
    unbound = Offer.objects.filter(
        slug__in=slugs,
        instance=None,
        server=None,
        accelerator=instance.accelerator,
        accelerator_count=instance.accelerator_count,
    )
    for offer in unbound:
        offer.instance = instance
        offer.save(update_fields=["instance"])
        context.report.log.changed(offer, "instance_id", None, instance.pk)
        context.report.add(offers.NOUN, "changed")
