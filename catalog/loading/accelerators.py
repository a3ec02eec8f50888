"""Imports accelerators, their aliases and the claims behind every figure."""

from collections.abc import Mapping
from typing import Any

from catalog.fields import unit
from catalog.loading import row_checks
from catalog.loading.context import Context
from catalog.loading.files import Located, date, number, toml_rows
from catalog.loading.resolution import FamilyRule, Resolver, Variant
from catalog.loading.upsert import BATCH, ClaimBook, upsert
from catalog.models import Accelerator, AcceleratorAlias
from catalog.models.accelerator import MEASURES
from catalog.names import name_key
from catalog.reports.keeping import keep_accepted

NOUN = "accelerators"
INTEGERS = {"multiprocessors", "cores", "tensor_cores", "pcie_generation", "pcie_lanes", "per_node"}
TEXTS = (
    *("name", "family", "architecture", "form_factor", "memory_type", "capacity_basis"),
    *("compute_capability", "link_name", "notes"),
)
CLAIMED = (
    *("architecture", "form_factor", "released_on", "pci_device_ids", "memory_type"),
    *("compute_capability", "link_kind", *MEASURES),
)


def load(context: Context) -> None:
    """Accelerators of all files; sets `context.accelerators` and the resolver."""
    accepted = {row.values["slug"]: row for row in _rows(context) if _accept(context, row)}
    values = {slug: _columns(context, row) for slug, row in accepted.items()}
    keep_accepted("accelerator", values)
    context.accelerators |= upsert(Accelerator, values, context.report, NOUN)
    _write_aliases(context, accepted)
    book = context.claims()
    for slug, row in accepted.items():
        _claim(context, book, context.accelerators[slug], row.values)
    book.write()


def _rows(context: Context) -> list[Located]:
    return list(toml_rows(context.folder, "accelerators/*.toml", "accelerator"))


def _accept(context: Context, row: Located) -> bool:
    values = row.values
    reasons = {**_missing(context, values), **row_checks.accelerator(values)}
    if reasons:
        context.report.refuse(NOUN, row.place, reasons)
    return not reasons


def _missing(context: Context, values: Mapping[str, Any]) -> dict[str, str]:
    reasons = {
        field: "is missing"
        for field in ("slug", "name", "vendor", "family", "sources")
        if not values.get(field)
    }
    cited = {*values.get("sources", ()), *values.get("source_of", {}).values()}
    unknown = sorted(cited - set(context.sources))
    if unknown:
        reasons["sources"] = f"{', '.join(unknown)} not in sources.toml"
    if values.get("vendor") and values["vendor"] not in context.vendors:
        reasons["vendor"] = f"{values['vendor']!r} is not in vendors.toml"
    return reasons


def _columns(context: Context, row: Located) -> dict[str, Any]:
    values = row.values
    figures = {field: number(values.get(field)) for field in MEASURES if field != "per_node"}
    whole = {field: int(value) for field, value in figures.items() if field in INTEGERS and value}
    return {
        **{field: values.get(field, "") for field in TEXTS},
        **figures,
        **whole,
        "per_node": values.get("per_node", 8),
        "vendor_id": context.vendors[values["vendor"]].pk,
        "released_on": date(values.get("released_on")),
        "pci_device_ids": values.get("pci_device_ids", []),
        "link_kind": values.get("link_kind", "none"),
        "consumer": values.get("consumer", False),
        "licence": row.licence,
    }


def _write_aliases(context: Context, rows: Mapping[str, Located]) -> None:
    wanted = {
        (context.accelerators[slug].pk, name_key(name)): name
        for slug, row in rows.items()
        for name in [slug, *reversed(row.values.get("aliases", []))]
    }
    known = set(AcceleratorAlias.objects.values_list("accelerator_id", "key"))
    fresh = [
        AcceleratorAlias(accelerator_id=pk, key=key, name=name[:120])
        for (pk, key), name in wanted.items()
        if (pk, key) not in known
    ]
    AcceleratorAlias.objects.bulk_create(fresh, batch_size=BATCH)


def _claim(
    context: Context, book: ClaimBook, accelerator: Accelerator, row: Mapping[str, Any]
) -> None:
    subject = {"accelerator": accelerator}
    together = row["sources"]
    for field in CLAIMED:
        value = row.get(field)
        if value in (None, "", []):
            continue
        source = row.get("source_of", {}).get(field, together[0])
        fact = _fact(context, field, value, source)
        if field in row.get("derived", ()) or context.sources[source].kind == "rule":
            fact["method"] = "derived"
        if field == "capacity_gb":
            fact["note"] = row.get("capacity_basis", "")
        if source == together[0] and len(together) > 1:
            titles = ", ".join(context.sources[slug].title for slug in together[1:])
            fact["note"] = f"The row was compiled together with: {titles}."[:300]
        book.claim(subject, accelerator.slug, fact)
    for other in row.get("other_claims", ()):
        fact = _fact(context, other["field"], other["value"], other["source"])
        book.claim(subject, accelerator.slug, fact | {"note": "Not chosen."})


def _fact(context: Context, field: str, value: Any, source: str) -> dict[str, Any]:
    text = ", ".join(value) if isinstance(value, list) else value
    cited = context.sources[source]
    return {
        "field": field,
        "value": f"{text:g}" if isinstance(text, float) else text,
        "unit": unit(field),
        "source": cited,
        "observed_on": cited.read_on,
        "method": "stated",
    }


def resolver(accelerators: Mapping[str, Accelerator], rules: list[FamilyRule]) -> Resolver:
    """A resolver over everything that can be bought, with the catalog's current aliases."""
    keys: dict[int, set[str]] = {}
    for pk, key in AcceleratorAlias.objects.values_list("accelerator_id", "key"):
        keys.setdefault(pk, set()).add(key)
    variants = [
        Variant(
            slug=row.slug,
            form=form_word(row.form_factor),
            memory_label_gb=row.memory_label_gb,
            alias_keys=frozenset(keys.get(row.pk, ())),
        )
        for row in accelerators.values()
        if not row.derived
    ]
    return Resolver(variants, rules)


def form_word(form_factor: str) -> str:
    """The word that resolution compares: sxm of "SXM5", pcie of "PCIe dual-slot"."""
    first = form_factor.lower().split(" ")[0]
    return "sxm" if first.startswith("sxm") else first
