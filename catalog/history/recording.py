"""Writes the notes of one change of the catalog beside its revision: in bulk, append-only."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model

from catalog.fields import unit
from catalog.history.log import Log, Note
from catalog.history.texts import KINDS, name_of, related_model, text_of, texts_of
from catalog.models import CatalogRevision, Claim, RowChange
from catalog.models.claim import SUBJECTS
from catalog.provenance.weighing import figure, weigh

BATCH = 500
AS_WRITTEN = 1e-5
"""Claims hold six digits of a figure."""
Names = Mapping[tuple[type[Model], Any], str]
Claims = Mapping[tuple[str, int, str], Sequence[Claim]]


def write(log: Log, revision: CatalogRevision, origin: str, by: str = "") -> None:
    """Keep what the log has noted.

    The first load of the shipped data is one line: everything in it is seen for the first time.
    """
    if origin == RowChange.Origin.LOAD and _is_first_load(revision):
        changes = [_first_load(revision)] if log.notes else []
    else:
        names, claims = _names(log.notes), _claims(log.notes)
        changes = [_change(note, revision, origin, names, claims) for note in log.notes]
    for change in changes:
        change.origin, change.by = origin, by[:150]
    RowChange.objects.bulk_create(changes, batch_size=BATCH)


def _is_first_load(revision: CatalogRevision) -> bool:
    loads = CatalogRevision.objects.exclude(fingerprint="").exclude(pk=revision.pk)
    return not loads.exists()


def _first_load(revision: CatalogRevision) -> RowChange:
    counts = ", ".join(
        f"{count['added']} {noun}" for noun, count in revision.changes.items() if count.get("added")
    )
    return RowChange(
        revision=revision,
        changed_at=revision.created_at,
        kind=RowChange.Kind.CATALOG,
        slug="catalog",
        name="The whole catalog",
        what=RowChange.What.FIRST,
        new=text_of(counts),
    )


def _change(
    note: Note, revision: CatalogRevision, origin: str, names: Names, claims: Claims
) -> RowChange:
    row: Any = note.row
    refers_to = related_model(type(row), note.column)
    old, new = texts_of(*(names.get((refers_to, v), v) if refers_to else v for v in _values(note)))
    field = note.column.removesuffix("_id") if refers_to else note.column
    change = RowChange(
        revision=revision,
        changed_at=revision.created_at,
        kind=KINDS[type(row)],
        slug=row.slug,
        row_id=row.pk,
        name=name_of(row),
        what=note.what,
        field=field,
        old=old,
        new=new,
        unit=_unit(row, field),
    )
    change.source_id = _source_id(change, row, origin, claims)
    return change


def _values(note: Note) -> tuple[Any, Any]:
    return note.old, note.new


def _unit(row: Any, field: str) -> str:
    return f"{row.currency} {row.get_unit_display()}" if field == "amount" else unit(field)


def _names(notes: Iterable[Note]) -> dict[tuple[type[Model], Any], str]:
    """Names of the rows that columns refer to, one query for each noun."""
    wanted: dict[type[Model], set[Any]] = defaultdict(set)
    for note in notes:
        model = related_model(type(note.row), note.column)
        if model is not None:
            wanted[model] |= {value for value in _values(note) if value is not None}
    return {
        (model, row.pk): name_of(row)
        for model, keys in wanted.items()
        for row in model._default_manager.filter(pk__in=keys)  # noqa: SLF001 - documented
    }


def _claims(notes: Iterable[Note]) -> dict[tuple[str, int, str], list[Claim]]:
    """Claims about what changed, one query for each noun that has claims."""
    wanted: dict[str, list[Note]] = defaultdict(list)
    for note in notes:
        if note.column:
            wanted[KINDS[type(note.row)]].append(note)
    found: dict[tuple[str, int, str], list[Claim]] = defaultdict(list)
    for kind in set(SUBJECTS) & set(wanted):
        rows = {note.row.pk for note in wanted[kind]}
        fields = {note.column.removesuffix("_id") for note in wanted[kind]}
        about = Claim.objects.filter(**{f"{kind}__in": rows}, field__in=fields)
        for claim in about.select_related("source"):
            found[kind, getattr(claim, f"{kind}_id"), claim.field].append(claim)
    return found


def _source_id(change: RowChange, row: Any, origin: str, claims: Claims) -> int | None:
    """The source of the claim that the new value follows, else that of the whole row.

    Somebody who edits by hand cites nothing, unless a claim says the same.
    """
    if change.what == RowChange.What.REMOVED:
        return None
    about = claims.get((change.kind, row.pk, change.field), ())
    weighed = weigh([claim for claim in about if _says(claim.value, change.new)], change.new)
    if weighed:
        return weighed.chosen.source_id
    return None if origin == RowChange.Origin.EDIT else getattr(row, "source_id", None)


def _says(claimed: str, value: str) -> bool:
    one, other = figure(claimed), figure(value)
    if one is None or other is None:
        return claimed == value
    return math.isclose(one, other, rel_tol=AS_WRITTEN)
