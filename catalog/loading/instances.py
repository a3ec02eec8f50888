"""Imports cloud instance types."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.text import slugify

from catalog.loading import checks, row_checks
from catalog.loading.context import Context, claim_row
from catalog.loading.files import Located, csv_rows, date, number
from catalog.loading.resolution import Resolution, Stated
from catalog.loading.review import Queue
from catalog.loading.upsert import upsert
from catalog.models import InstanceType, ReviewItem
from catalog.reports.keeping import keep_accepted

NOUN = "instances"
FILES = "instances/*.csv"
FIGURES = ("vcpus", "ram_gb", "network_gbit_s", "fabric_gbit_s")
TEXTS = ("cpu", "storage")
# The sum of the ports that the description of the network names.
DERIVED = frozenset({"fabric_gbit_s"})


def load(context: Context) -> None:
    """Instance types of all files; sets `context.instances` by slug."""
    land(context, csv_rows(context.folder, FILES))


def land(context: Context, given: Iterable[Located]) -> None:
    """Bring these rows in."""
    queue = Queue(context, ReviewItem.Kind.INSTANCE, NOUN)
    values: dict[str, dict[str, Any]] = {}
    rows: dict[str, Located] = {}
    for row in given:
        columns = _accept(context, queue, row)
        if columns is None:
            continue
        slug = instance_slug(row.values["owner"], row.values["name"])
        if slug in values:
            first = rows[slug].place
            context.report.refuse(NOUN, row.place, {"name": f"stands at {first} already"})
            continue
        values[slug], rows[slug] = columns, row
    keep_accepted("instance", values)
    context.instances |= upsert(InstanceType, values, context.report, NOUN)
    _claim(context, rows)
    queue.write()


def instance_slug(provider: str, name: str) -> str:
    """Dots, slashes and underscores of a provider's name become hyphens."""
    plain = name.replace(".", "-").replace("_", "-")
    return slugify(f"{provider} {plain}")[:140]


def _accept(context: Context, queue: Queue, row: Located) -> dict[str, Any] | None:
    values = row.values
    reasons = {
        **context.unknown_references(values, vendor=values["owner"]),
        **row_checks.instance(values),
        **checks.future_date(values, context.today),
    }
    if not values.get("name"):
        reasons["name"] = "is missing"
    if reasons:
        context.report.refuse(NOUN, row.place, reasons)
        return None
    stated = _stated(values)
    variant = queue.resolve(row, stated)
    if not variant:
        return None
    count = _count(context, values, variant)
    if count is None:
        detail = "Neither the row nor its provider's family says how many accelerators it has."
        answer = Resolution(reason="no-count", detail=detail, candidates=(variant,))
        queue.add(row, stated, answer, queue.mark(row))
        return None
    return _columns(context, row, variant, count)


def _stated(values: dict[str, Any]) -> Stated:
    return Stated(
        name=values.get("accelerator", ""),
        memory_gb=number(values.get("accelerator_memory_gb")),
        form=values.get("accelerator_form", ""),
        provider=values["owner"],
        instance=values["name"],
    )


def _count(context: Context, values: dict[str, Any], variant: str) -> Decimal | None:
    rule = context.resolver.rule_for(values["owner"], values["name"])
    if rule is not None and values["name"] in rule.counts and rule.accelerator == variant:
        return Decimal(rule.counts[values["name"]])
    # The family's source is the only one for rows that name no accelerator at all.
    given = values.get("accelerator_count") if values.get("accelerator") else None
    return Decimal(given) if given else None


def _columns(context: Context, row: Located, variant: str, count: Decimal) -> dict[str, Any]:
    values = row.values
    return {
        "provider_id": context.vendors[values["owner"]].pk,
        "name": values["name"],
        "accelerator_id": context.accelerators[variant].pk,
        "accelerator_count": count,
        "accelerator_memory_stated_gb": number(values.get("accelerator_memory_gb")),
        **{field: number(values.get(field)) for field in FIGURES},
        **{field: values.get(field, "") for field in TEXTS},
        "source_id": context.sources[values["source"]].pk,
        "observed_on": date(values.get("observed_on")),
        "licence": row.licence,
    }


def _claim(context: Context, rows: dict[str, Located]) -> None:
    book = context.claims()
    for slug, row in rows.items():
        instance = context.instances[slug]
        values = {field: row.values.get(field) for field in (*FIGURES, *TEXTS)}
        values["accelerator"] = row.values.get("accelerator")
        values["accelerator_memory_stated_gb"] = row.values.get("accelerator_memory_gb")
        if row.values.get("accelerator"):
            values["accelerator_count"] = row.values.get("accelerator_count")
        subject = {"instance": instance}
        dated = row.values | {"observed_on": instance.observed_on}
        source = context.sources[row.values["source"]]
        claim_row(book, subject, values, source=source, row=dated, derived=DERIVED)
        _claim_family(context, book, instance, row.values)
    book.write()


def _claim_family(context: Context, book: Any, instance: InstanceType, row: dict[str, Any]) -> None:
    rule = context.resolver.rule_for(row["owner"], row["name"])
    if rule is None:
        return
    values = {"accelerator": context.accelerators[rule.accelerator].name}
    if row["name"] in rule.counts:
        values["accelerator_count"] = rule.counts[row["name"]]
    source = context.sources[rule.source]
    said = {"observed_on": source.read_on}
    claim_row(book, {"instance": instance}, values, source=source, row=said)
