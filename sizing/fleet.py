"""The catalog as engine values, converted once per catalog revision and process.

Every function takes the revision it answers for, so that an answer cannot mix two states and a
new revision needs no invalidation: its key is new.
"""

import datetime as dt
import difflib
import time
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from attrs import frozen

from catalog import aging
from catalog import selectors as catalog
from catalog.errors import AmbiguousName, UnknownName
from catalog.models import Accelerator as AcceleratorRow
from catalog.models import CatalogRevision, LanguageModel
from catalog.systems import SystemRow
from sizing import adapters
from sizing.engine.errors import InputError
from sizing.engine.hardware import Accelerator, System


@frozen
class Revision:
    """One state of the catalog: what answers quote, and what caches are keyed by."""

    label: str
    key: str


@frozen
class KnownAccelerator:
    """A variant with what a deployment of it usually looks like."""

    value: Accelerator
    fabric_bytes_per_s: float


def current_revision() -> Revision:
    """The newest state of the catalog."""
    return _named(catalog.current_revision())


def revision_of_today() -> Revision:
    """The newest state of the catalog, with prices as old as they are today."""
    return _named(aging.revision_of_today())


def _named(row: CatalogRevision | None) -> Revision:
    if row is None:
        # Without a revision nothing says whether rows changed, so nothing may be reused.
        return Revision("r0", f"none-{time.monotonic_ns()}")
    return Revision(str(row), f"{row.number}-{row.created_at.timestamp()}")


@lru_cache(maxsize=2)
def systems(revision: Revision) -> tuple[System, ...]:
    """Everything that can be bought or rented and that the catalog knows enough about."""
    return _sizable(catalog.systems_for_sizing())


@lru_cache(maxsize=8)
def systems_as_of(revision: Revision, day: dt.date) -> tuple[System, ...]:
    """The same with the prices that had been seen by the end of a day.

    A cache of its own, so that questions about the past never push out the fleet of today.
    """
    return _sizable(catalog.systems_for_sizing(day))


@lru_cache(maxsize=2)
def first_price_day(revision: Revision) -> dt.date | None:
    """The earliest day of which there is a price; None while no price is dated."""
    return catalog.first_price_day()


def _sizable(rows: Iterable[SystemRow]) -> tuple[System, ...]:
    values: dict[int, Accelerator] = {}
    found = []
    for row in rows:
        if not adapters.is_sizable(row.accelerator):
            continue
        pk = row.accelerator.pk
        if pk not in values:
            values[pk] = adapters.accelerator_value(row.accelerator)
        found.append(adapters.system_value(row, values[pk]))
    return tuple(found)


def attached_system(row: AcceleratorRow) -> System:
    """One attached device of a variant that nobody sells by itself, as something to run on."""
    system = SystemRow(
        kind="accelerator",
        slug=row.slug,
        name=row.name,
        url=row.get_absolute_url(),
        accelerator=row,
        count=1,
        per_node=1,
        interconnect="none",
    )
    return adapters.system_value(system, adapters.accelerator_value(row))


@lru_cache(maxsize=4096)
def find_accelerator(revision: Revision, name: str) -> KnownAccelerator:
    """The variant a slug or alias means.

    Raises:
        InputError: the name is unknown, fits several variants, or lacks needed figures.
    """
    try:
        return known(catalog.resolve_accelerator(name))
    except AmbiguousName as error:
        raise InputError.of("hardware.accelerator", "ambiguous", str(error)) from error
    except UnknownName as error:
        raise InputError.of("hardware.accelerator", "unknown", str(error)) from error


def known(row: AcceleratorRow) -> KnownAccelerator:
    """A catalog row as engine value."""
    return KnownAccelerator(adapters.accelerator_value(row), adapters.usual_fabric_bytes_per_s(row))


@lru_cache(maxsize=512)
def find_model(revision: Revision, name: str) -> dict[str, Any] | None:
    """A model of the library by slug or Hugging Face id; None when there is none."""
    row = catalog.find_language_model(name)
    return None if row is None else adapters.language_model_value(row)


def nearest_models(name: str) -> list[str]:
    """Slugs of the library that look like this name."""
    slugs = list(LanguageModel.objects.values_list("slug", flat=True))
    return difflib.get_close_matches(name.lower(), slugs, n=4, cutoff=0.5)
