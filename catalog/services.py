"""Writes that other parts of the product ask for."""

import re
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from catalog.cpu import CpuFacts, assumed_columns, derive_peaks
from catalog.fingerprints import fingerprint
from catalog.history import recording
from catalog.history.log import Log
from catalog.models import (
    Accelerator,
    AcceleratorAlias,
    CatalogRevision,
    Claim,
    RowChange,
    Source,
    Vendor,
)
from catalog.names import name_key

CPU_VENDORS = {"intel": "Intel", "amd": "AMD", "apple": "Apple", "ampere": "Ampere", "arm": "Arm"}
DERIVED_SOURCE = "ridgeline-cpu-rule"


@transaction.atomic
def register_cpu_accelerator(
    *,
    name: str,
    cores: int,
    clock_hz: float | None = None,
    vector_bits: int | None = None,
    fma_units: int | None = None,
    memory_bandwidth_bytes_per_s: float | None = None,
    memory_bytes: float | None = None,
    formats: tuple[str, ...] = ("fp32",),
) -> Accelerator:
    """The accelerator row of a host's processor, made on first sight as `cpu-<model>`.

    Peaks follow from cores, clock, vector width and memory channels and are marked derived;
    inputs that the host hides are assumed low, and the claim says so. A known processor keeps
    its row; what a host says replaces what was assumed.

    `name` is what the operating system reports, `cores` the physical cores a process may use,
    `vector_bits` the width of one vector register (512 for AVX-512), `fma_units` the fused
    multiply-add units per core (2 when not said), `formats` the number formats that the vector
    units multiply at a rate of their own.
    """
    facts = CpuFacts(
        cores=cores,
        clock_hz=clock_hz,
        vector_bits=vector_bits,
        fma_units=fma_units,
        memory_bandwidth_bytes_per_s=memory_bandwidth_bytes_per_s,
        memory_bytes=memory_bytes,
        formats=formats,
    )
    figures = derive_peaks(facts)
    accelerator, created = Accelerator.objects.get_or_create(
        slug=cpu_slug(name, cores), defaults=_cpu_defaults(name) | figures
    )
    if not created:
        figures = _update_figures(accelerator, figures, assumed_columns(facts))
    AcceleratorAlias.objects.get_or_create(
        accelerator=accelerator, key=name_key(name), defaults={"name": accelerator.name}
    )
    _claim_derived(accelerator, figures, facts)
    # Answers are kept until the next revision; before the first load there are none.
    if (created or figures) and CatalogRevision.objects.exists():
        record_edit(f"{accelerator.slug} as a host describes it")
    return accelerator


def cpu_slug(name: str, cores: int) -> str:
    """`cpu-<model>-<cores>c`: the peaks depend on how many cores the host was given."""
    plain = re.sub(r"\((r|tm)\)|\bcpu\b|\bprocessor\b|@.*$", " ", name.lower())
    return f"cpu-{slugify(plain)[:60] or 'unknown'}-{cores}c"


def _cpu_defaults(name: str) -> dict[str, Any]:
    lowered = name.lower()
    vendor_name = next((full for key, full in CPU_VENDORS.items() if key in lowered), "Other")
    vendor, _ = Vendor.objects.get_or_create(
        name=vendor_name,
        defaults={"slug": slugify(vendor_name), "kind": Vendor.Kind.CHIP_MAKER},
    )
    return {
        "name": " ".join(name.split())[:120],
        "vendor": vendor,
        "family": "cpu",
        "form_factor": "CPU",
        "per_node": 1,
        "derived": True,
    }


def _update_figures(
    accelerator: Accelerator, figures: dict[str, Any], assumed: set[str]
) -> dict[str, Any]:
    """Fill what was unknown, and put what a host says in place of what was assumed."""
    different = {
        key: value
        for key, value in figures.items()
        if getattr(accelerator, key) in (None, "")
        or (key not in assumed and getattr(accelerator, key) != value)
    }
    for key, value in different.items():
        setattr(accelerator, key, value)
    if different:
        accelerator.save(update_fields=list(different))
    return different


def _claim_derived(accelerator: Accelerator, figures: dict[str, Any], facts: CpuFacts) -> None:
    source, _ = Source.objects.get_or_create(
        slug=DERIVED_SOURCE,
        defaults={
            "title": "Derived from cores, clock, vector width and memory channels",
            "kind": Source.Kind.RULE,
            "confidence": 1,
        },
    )
    claims = [
        Claim(
            accelerator=accelerator,
            field=field,
            value=f"{value:g}",
            source=source,
            method=Claim.Method.DERIVED,
            note=facts.summary,
            fingerprint=fingerprint(accelerator.slug, field, f"{value:g}", source.slug),
        )
        for field, value in figures.items()
        if isinstance(value, float)
    ]
    Claim.objects.bulk_create(claims, ignore_conflicts=True)


def record_revision(
    *,
    fingerprint_of_data: str,
    reason: str,
    changes: dict[str, Any],
    log: Log,
    origin: str,
    by: str = "",
) -> CatalogRevision:
    """A new current state of the catalog; sizings made from now on pin it.

    What the log noted on the way there is kept beside it. `origin` is one of
    `RowChange.Origin`, `by` who or what made the change.
    """
    revision = CatalogRevision.objects.create(
        fingerprint=fingerprint_of_data, reason=reason[:120], changes=changes
    )
    recording.write(log, revision, origin, by)
    return revision


def record_edit(
    reason: str, *, log: Log | None = None, origin: str = RowChange.Origin.EDIT, by: str = ""
) -> CatalogRevision:
    """A new revision after somebody changed something, or decided what does not enter."""
    return record_revision(
        fingerprint_of_data="",
        reason=reason,
        changes={},
        log=log or Log(),
        origin=origin,
        by=by,
    )
