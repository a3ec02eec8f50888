"""Imports what other rows refer to: sources, vendors, instance families, language models."""

import re

from catalog.errors import RefusedRow
from catalog.loading.context import Context
from catalog.loading.files import Located, date, json_rows, number, toml_rows
from catalog.loading.resolution import FamilyRule
from catalog.loading.upsert import upsert
from catalog.models import LanguageModel, Source, Vendor

SOURCE_TEXTS = ("title", "kind", "url", "revision", "licence", "attribution", "notes")


def load_sources(context: Context) -> None:
    """sources.toml; sets `context.sources`."""
    rows = {
        row.values["slug"]: row.values
        for row in toml_rows(context.folder, "sources.toml", "source")
    }
    values = {
        slug: {field: row.get(field, "") for field in SOURCE_TEXTS}
        | {"read_on": date(row.get("read_on")), "confidence": row.get("confidence", 2)}
        for slug, row in rows.items()
    }
    context.sources |= upsert(Source, values, context.report, "sources")


def load_vendors(context: Context) -> None:
    """vendors.toml; sets `context.vendors`."""
    rows = {
        row.values["slug"]: row.values
        for row in toml_rows(context.folder, "vendors.toml", "vendor")
    }
    values = {
        slug: {
            "name": row["name"],
            "kind": row["kind"],
            "aliases": row.get("aliases", []),
            "website": row.get("website", ""),
        }
        for slug, row in rows.items()
    }
    context.vendors |= upsert(Vendor, values, context.report, "vendors")


def family_rules(context: Context) -> list[FamilyRule]:
    """instance_families.toml.

    Raises:
        RefusedRow: a rule names a variant, vendor or source that is not there.
    """
    return [
        _rule(context, row) for row in toml_rows(context.folder, "instance_families.toml", "family")
    ]


def _rule(context: Context, row: Located) -> FamilyRule:
    values = row.values
    known = {
        "accelerator": values["accelerator"] in context.accelerators,
        "provider": values["provider"] in context.vendors,
        "source": values["source"] in context.sources,
    }
    wrong = {
        field: f"{values[field]!r} is not known" for field, there in known.items() if not there
    }
    if wrong:
        raise RefusedRow(row.place, wrong)
    return FamilyRule(
        provider=values["provider"],
        pattern=re.compile(values["pattern"]),
        accelerator=values["accelerator"],
        counts=values.get("counts", {}),
        source=values["source"],
    )


def load_language_models(context: Context) -> None:
    """models/*.json."""
    values = {}
    for row in json_rows(context.folder, "models/*.json"):
        reasons = _model_reasons(row)
        if reasons:
            context.report.refuse("language models", row.place, reasons)
        else:
            values[row.values["slug"]] = _model_columns(row)
    upsert(LanguageModel, values, context.report, "language models")


def _model_reasons(row: Located) -> dict[str, str]:
    values = row.values
    reasons = {field: "is missing" for field in ("slug", "name", "source") if not values.get(field)}
    if not isinstance(values.get("config"), dict) or not values["config"]:
        reasons["config"] = "is no configuration"
    stated = values.get("parameters_b_nominal")
    if stated is not None and stated <= 0:
        reasons["parameters_b_nominal"] = "is 0 or less; leave it out when it is unknown"
    return reasons


def _model_columns(row: Located) -> dict:
    values = row.values
    return {
        "name": values["name"],
        "hf_id": values.get("hf_id") or "",
        "config": values["config"],
        "published_quantisation": values.get("published_quantisation"),
        "mlp_matrices": values.get("mlp_matrices"),
        "parameters_b_nominal": number(values.get("parameters_b_nominal")),
        "source": values["source"],
        "source_read_on": date(values.get("source_read_on")),
        "confirmed": values.get("confirmed", True),
        "notes": values.get("notes") or "",
        "licence": row.licence,
    }
