"""Imports physical servers."""

from collections.abc import Iterable
from typing import Any

from django.utils.text import slugify

from catalog.loading import checks, row_checks
from catalog.loading.context import Context, claim_row
from catalog.loading.files import Located, date, number, toml_rows
from catalog.loading.resolution import Stated
from catalog.loading.review import Queue
from catalog.loading.upsert import upsert
from catalog.models import ReviewItem, Server
from catalog.models.server import MEASURES
from catalog.reports.keeping import keep_accepted

NOUN = "servers"
FILES = ("servers/*.toml", "server")
INTEGERS = ("accelerator_count", "cpu_sockets", "cores_per_socket")
TEXTS = (
    *("link_kind", "link_name", "accelerator_form", "host_link", "cpu", "storage", "network"),
    *("power_supplies", "cooling"),
)
CLAIMED = (*TEXTS, *MEASURES)
# What a rack must give; often read in another source than the rest of the machine.
FACILITY = ("rack_units", "weight_kg", "power_supplies", "max_power_w")
# The sum of the ports that the description of the network names.
DERIVED = frozenset({"network_gbit_s"})


def load(context: Context) -> None:
    """Servers of all files; sets `context.servers`."""
    land(context, toml_rows(context.folder, *FILES))


def land(context: Context, given: Iterable[Located]) -> None:
    """Bring these rows in."""
    queue = Queue(context, ReviewItem.Kind.SERVER, NOUN)
    values: dict[str, dict[str, Any]] = {}
    rows: dict[str, Located] = {}
    for row in given:
        found = _accept(context, queue, row)
        if found is not None:
            slug = _slug(row.values, found)
            if slug in values:
                first = rows[slug].place
                context.report.refuse(NOUN, row.place, {"model": f"stands at {first} already"})
                continue
            values[slug], rows[slug] = _columns(context, row, found), row
    keep_accepted("server", values)
    context.servers |= upsert(Server, values, context.report, NOUN)
    _claim(context, rows)
    queue.write()


def _accept(context: Context, queue: Queue, row: Located) -> str | None:
    """Slug of the variant, "" for a barebone, None when the row does not enter."""
    values = row.values
    reasons = {
        **context.unknown_references(values, vendor=values.get("vendor", "")),
        **_facility_reasons(context, values),
        **row_checks.server(values),
        **checks.future_date(values, context.today),
    }
    if reasons:
        context.report.refuse(NOUN, row.place, reasons)
        return None
    return _variant(context, queue, row)


def _facility_reasons(context: Context, values: dict[str, Any]) -> dict[str, str]:
    slug = values.get("facility_source")
    if slug and slug not in context.sources:
        return {"facility_source": f"{slug!r} is not in sources.toml"}
    return {}


def _variant(context: Context, queue: Queue, row: Located) -> str | None:
    values = row.values
    if not values.get("accelerator"):
        return ""
    slug = queue.resolve(row, _stated(context, values))
    if not slug:
        return None
    reasons = checks.power_below_accelerators(values, context.accelerators[slug].tdp_w)
    if reasons:
        context.report.refuse(NOUN, row.place, reasons)
        return None
    return slug


def _stated(context: Context, values: dict[str, Any]) -> Stated:
    return Stated(
        name=values["accelerator"],
        memory_gb=number(values.get("accelerator_memory_gb")),
        form=values.get("accelerator_form", ""),
        provider=values["vendor"],
        instance=values["model"],
    )


def _slug(values: dict[str, Any], variant: str) -> str:
    base = slugify(f"{values['vendor']} {values['model']}")
    if not variant:
        return base
    part = variant.split("-", 1)[1]
    return f"{base}-{values['accelerator_count']}x-{part}"[:140]


def _columns(context: Context, row: Located, variant: str) -> dict[str, Any]:
    values = row.values
    figures = {field: number(values.get(field)) for field in MEASURES}
    whole = {field: int(value) for field, value in figures.items() if field in INTEGERS and value}
    return {
        **{field: values.get(field, "") for field in TEXTS},
        **figures,
        **whole,
        "vendor_id": context.vendors[values["vendor"]].pk,
        "model": values["model"],
        "kind": values["kind"],
        "accelerator_id": context.accelerators[variant].pk if variant else None,
        "source_id": context.sources[values["source"]].pk,
        "observed_on": date(values.get("observed_on")),
        "licence": row.licence,
        "notes": values.get("notes", ""),
    }


def _claim(context: Context, rows: dict[str, Located]) -> None:
    book = context.claims()
    for slug, row in rows.items():
        values = {field: row.values.get(field) for field in CLAIMED}
        facility = {field: values.pop(field) for field in FACILITY}
        values["accelerator"] = row.values.get("accelerator")
        subject = {"server": context.servers[slug]}
        main = context.sources[row.values["source"]]
        other = context.sources.get(row.values.get("facility_source", ""))
        claim_row(book, subject, values, source=main, row=row.values, derived=DERIVED)
        if other is None:
            claim_row(book, subject, facility, source=main, row=row.values)
        else:
            place = {"locator": row.values.get("facility_locator", "")}
            seen = place | {"observed_on": other.read_on}
            claim_row(book, subject, facility, source=other, row=seen)
    book.write()
