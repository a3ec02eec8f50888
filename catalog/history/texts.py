"""Values of columns as texts that mean the same for ever: rows by name, figures in full."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Field, ForeignKey, GeneratedField, Model

from catalog.models import (
    Accelerator,
    InstanceType,
    LanguageModel,
    Offer,
    RowChange,
    Server,
    Source,
    Vendor,
)
from catalog.models.row_change import LONGEST

KINDS: Mapping[type[Model], str] = {
    Accelerator: RowChange.Kind.ACCELERATOR,
    Server: RowChange.Kind.SERVER,
    InstanceType: RowChange.Kind.INSTANCE,
    Offer: RowChange.Kind.OFFER,
    LanguageModel: RowChange.Kind.MODEL,
    Vendor: RowChange.Kind.VENDOR,
    Source: RowChange.Kind.SOURCE,
}
TITLES: Mapping[type[Model], str] = {Server: "model", Offer: "slug", Source: "title"}
"""Columns that name a row without asking for another one; `name` of all others."""

WRITERS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: "yes" if value else "no"),
    (float, lambda value: f"{value:.10g}"),
    (Decimal, lambda value: f"{value.normalize():f}"),
    (dt.date, lambda value: str(value.isoformat())),
    (list, lambda value: ", ".join(str(item) for item in value)),
    (dict, lambda value: json.dumps(value, sort_keys=True)),
)
"""How values of a type are written; of any other, as they are."""

KEPT_ELSEWHERE: Mapping[type[Model], set[str]] = {Offer: {"observed_on", "status_reason"}}
"""An offer's observations say when its price was seen; the reason of a suspicion moves with the
prices of others."""


def name_of(row: Model) -> str:
    """What people call a row; asks the database for nothing."""
    return str(getattr(row, TITLES.get(type(row), "name")))


@lru_cache
def columns_of(model: type[Model]) -> Mapping[str, Field]:
    """Columns whose changes are noted, by the name under which a row holds the value."""
    beside = {"id", *KEPT_ELSEWHERE.get(model, ())}
    return {
        column.attname: column
        for column in model._meta.concrete_fields  # noqa: SLF001 - documented
        if column.name not in beside and not isinstance(column, GeneratedField)
    }


def related_model(model: type[Model], attname: str) -> type[Model] | None:
    """The noun that a column refers to; None for a plain value."""
    column = columns_of(model).get(attname)
    return column.related_model if isinstance(column, ForeignKey) else None


def texts_of(old: Any, new: Any) -> tuple[str, str]:
    """Both values as texts; of two objects only the fields that differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        names = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        old, new = ({name: side[name] for name in names if name in side} for side in (old, new))
    return text_of(old), text_of(new)


def text_of(value: Any) -> str:
    """One value; empty when unknown."""
    text = _whole(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def _whole(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    written = next((write for kind, write in WRITERS if isinstance(value, kind)), str)
    return written(value)
