"""Imports offers and their observations. Nothing that stands in the catalog is ever deleted."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from attrs import frozen
from django.utils.text import slugify

from catalog.fingerprints import fingerprint
from catalog.loading import checks, offer_checks
from catalog.loading.context import Context
from catalog.loading.files import Located, csv_rows, date, flag, number
from catalog.loading.instances import instance_slug
from catalog.loading.observations import Seen, keep_what_is_newer, observe
from catalog.loading.resolution import Stated
from catalog.loading.review import Queue
from catalog.loading.upsert import upsert
from catalog.models import Offer, ReviewItem

NOUN = "offers"
FILES = "offers/*.csv"
LONGEST_SLUG = 200
Prices = Mapping[str, list[tuple[str, float]]]  # (offer, price per accelerator) by price_group


@frozen(kw_only=True)
class Landed:
    """What became of one batch of rows."""

    slugs: frozenset[str]
    newly_queued: int


def load(context: Context) -> None:
    """Offers of all files."""
    rows = list(csv_rows(context.folder, FILES))
    _note_empty_files(context, rows)
    land(context, rows)


def land(context: Context, rows: list[Located], *, beside: Prices | None = None) -> Landed:
    """Bring these rows in. A row with an older date only adds an observation.

    `beside` holds prices of other offers by `price_group`, which count for the medians too.
    """
    queue = Queue(context, ReviewItem.Kind.OFFER, NOUN)
    seen: dict[str, Seen] = defaultdict(list)
    for row in _sound(context, rows):
        variant = queue.resolve(row, stated(row.values))
        if variant:
            seen[offer_slug(row.values, variant)].append((row, variant))
    values = {slug: _columns(context, _newest(found)) for slug, found in seen.items()}
    _mark_suspects(values, beside or {})
    keep_what_is_newer(values)
    offers = upsert(Offer, values, context.report, NOUN)
    observe(context, offers, seen)
    return Landed(slugs=frozenset(offers), newly_queued=queue.write())


def _note_empty_files(context: Context, rows: list[Located]) -> None:
    with_rows = {row.values["owner"] for row in rows}
    for path in sorted((context.folder / "offers").glob("*.csv")):
        if path.stem not in with_rows:
            reason = "no rows at all; the last good prices stay"
            context.report.refuse(NOUN, f"offers/{path.name}", {"file": reason})


def _sound(context: Context, rows: list[Located]) -> list[Located]:
    kept = [row for row in rows if not _refused_alone(context, row)]
    pairs = [(row.place, row.values) for row in kept]
    refused = {
        **offer_checks.spot_by_rule(pairs),
        **offer_checks.region_by_rule(pairs),
        **offer_checks.conflicting_prices(pairs, _same_offer),
    }
    for place, reasons in refused.items():
        context.report.refuse(NOUN, place, reasons)
    for place, reason in offer_checks.spot_above_on_demand(pairs).items():
        context.report.warn(NOUN, place, "amount", reason)
    return [row for row in kept if row.place not in refused]


def _refused_alone(context: Context, row: Located) -> bool:
    values = row.values
    reasons = {
        **context.unknown_references(values, vendor=values["owner"]),
        **offer_checks.price_row(values),
        **offer_checks.price_not_scaled(values),
        **checks.future_date(values, context.today),
        **checks.memory_in_mib(values, "accelerator_memory_gb"),
        **checks.node_as_one(values),
        **checks.known_zero(values, ("vcpus", "ram_gb", "accelerator_memory_gb")),
        **checks.invented(values),
        **_server_reasons(context, values),
    }
    if reasons:
        context.report.refuse(NOUN, row.place, reasons)
    return bool(reasons)


def _server_reasons(context: Context, values: dict[str, Any]) -> dict[str, str]:
    slug = values.get("server")
    if not slug:
        return {}
    server = context.servers.get(slug)
    if server is None:
        return {"server": f"{slug!r} is no server of the catalog"}
    if str(server.accelerator_count) != values.get("accelerator_count"):
        return {"accelerator_count": f"{slug} has {server.accelerator_count} accelerators"}
    return {}


def stated(values: Mapping[str, Any]) -> Stated:
    """What the row says of its accelerator."""
    return Stated(
        name=values.get("variant") or values.get("accelerator", ""),
        memory_gb=number(values.get("accelerator_memory_gb")),
        form=values.get("form", ""),
        provider=values["owner"],
        instance=values.get("instance", ""),
    )


def _same_offer(values: Any) -> str:
    return offer_slug(values, values.get("accelerator", ""))


def offer_slug(values: Mapping[str, Any], variant: str) -> str:
    """Provider and system, else provider + variant + count; then what sets prices apart."""
    if values.get("offer"):
        return str(values["offer"])
    count = values.get("accelerator_count", "")
    target = values.get("server") or values.get("instance") or f"{count}x {variant}"
    size = "" if values.get("instance") else _size(values)
    terms = (values.get(part, "") for part in ("region", "pricing", "tier", "condition"))
    product = values.get("url", "") if not values.get("instance") else ""
    named = (values.get(part) for part in ("accelerator", "accelerator_memory_gb", "form"))
    detail = fingerprint(product, *named, values.get("notes"), values.get("source"))
    parts = [values["owner"], target.replace(".", "-").replace("_", "-"), size, *terms, detail[:6]]
    return _shortened(slugify(" ".join(part for part in parts if part)))


def _shortened(slug: str) -> str:
    """What is cut off may be all that tells two offers apart, so a mark of it stays."""
    if len(slug) <= LONGEST_SLUG:
        return slug
    mark = fingerprint(slug)[:12]
    return f"{slug[: LONGEST_SLUG - len(mark) - 1]}-{mark}"


def _size(values: Mapping[str, Any]) -> str:
    given = [(values.get("vcpus"), "cpu"), (values.get("ram_gb"), "gb")]
    return " ".join(f"{value}{word}" for value, word in given if value)


def _newest(found: Seen) -> tuple[Located, str]:
    return max(found, key=lambda pair: date(pair[0].values.get("observed_on")) or dt.date.min)


def _columns(context: Context, found: tuple[Located, str]) -> dict[str, Any]:
    row, variant = found
    values = row.values
    instance = context.instances.get(instance_slug(values["owner"], values.get("instance", "")))
    accelerator = context.accelerators[variant]
    count = Decimal(values["accelerator_count"])
    server = context.servers.get(values.get("server", ""))
    bound = instance if instance and instance.accelerator_id == accelerator.pk else None
    return {
        "provider_id": context.vendors[values["owner"]].pk,
        "accelerator_id": accelerator.pk,
        "accelerator_count": count,
        "accelerator_stated": values.get("accelerator", "")[:120],
        "instance_id": bound.pk if bound and bound.accelerator_count == count else None,
        "server_id": server.pk if server else None,
        "pricing": values["pricing"],
        "tier": values.get("tier", ""),
        "amount": Decimal(values["amount"]),
        "currency": values["currency"],
        "unit": "each" if values["pricing"] == Offer.Pricing.BUY else "h",
        "includes_host": flag(values.get("includes_host")),
        "region": values.get("region", "")[:80],
        "vcpus": number(values.get("vcpus")),
        "ram_gb": number(values.get("ram_gb")),
        "condition": values.get("condition", ""),
        "source_id": context.sources[values["source"]].pk,
        "url": values.get("url", ""),
        "observed_on": date(values.get("observed_on")),
        "licence": row.licence or context.sources[values["source"]].licence,
        "notes": values.get("notes", ""),
        "status": Offer.Status.LIVE,
        "status_reason": "",
    }


def price_group(row: Mapping[str, Any]) -> str:
    """Offers whose prices are compared with each other: one variant, one way of paying."""
    return f"{row['accelerator_id']} {row['pricing']} {row['currency']}"


def _mark_suspects(values: dict[str, dict[str, Any]], beside: Prices) -> None:
    prices: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for slug, row in values.items():
        each = float(row["amount"] / row["accelerator_count"])
        prices[price_group(row)].append((slug, each))
    for group, found in prices.items():
        found += [other for other in beside.get(group, ()) if other[0] not in values]
    for slug, reason in offer_checks.suspects(prices).items():
        if slug in values:
            values[slug] |= {"status": Offer.Status.SUSPECT, "status_reason": reason}
