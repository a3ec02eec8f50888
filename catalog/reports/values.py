"""A value that somebody typed, as the column of a row holds it."""

import datetime as dt
import math
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models

from catalog.errors import CatalogError
from catalog.fields import unit
from catalog.provenance.weighing import figure

PCI_ID = re.compile(r"[0-9a-f]{4}:[0-9a-f]{4}")
WHOLE = (models.PositiveSmallIntegerField, models.PositiveIntegerField)


class UnreadableValue(CatalogError):  # noqa: N818 - reads as the fact it states
    """A text that the column cannot hold, with what to write instead."""


def parse(row: models.Model, field: str, text: str) -> Any:
    """The value of the column.

    Raises:
        UnreadableValue: with the remedy.
    """
    column: Any = type(row)._meta.get_field(field)  # noqa: SLF001 - documented
    text = text.strip()
    if column.is_relation:
        return text
    if column.choices:
        return _choice(column, text)
    if isinstance(column, models.DateField):
        return _date(text)
    if isinstance(column, models.JSONField):
        return _pci_ids(text)
    if isinstance(column, models.CharField):
        return _words(column, text)
    return _figure(column, field, text)


def _figure(column: Any, field: str, text: str) -> float | int | Decimal:
    value = figure(text)
    if value is None or not math.isfinite(value) or value <= 0:
        of = f" in {unit(field)}" if unit(field) else ""
        raise UnreadableValue(
            f"Write a number above 0{of}, such as 1979 or 62.5, without its unit."
        )
    if isinstance(column, WHOLE):
        if value != int(value) or value > 2**31 - 1:
            raise UnreadableValue("Write a whole number.")
        return int(value)
    return _decimal(column, text) if isinstance(column, models.DecimalField) else value


def _decimal(column: Any, text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", ""))
        rounded = round(value, column.decimal_places)
    except InvalidOperation as error:
        raise UnreadableValue("Write a number, such as 2.49.") from error
    most = Decimal(10) ** (column.max_digits - column.decimal_places)
    if rounded <= 0 or rounded >= most:
        raise UnreadableValue(f"Write a number above 0 and below {most:,}.")
    return rounded


def _choice(column: Any, text: str) -> str:
    for value, words in column.choices:
        if text.lower() in (str(value).lower(), str(words).lower()):
            return str(value)
    known = ", ".join(str(value) for value, _ in column.choices)
    raise UnreadableValue(f"Write one of {known}.")


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise UnreadableValue("Write a date as 2026-05-31.") from error


def _pci_ids(text: str) -> list[str]:
    ids = [part.strip().lower() for part in text.split(",") if part.strip()]
    if not ids or not all(PCI_ID.fullmatch(one) for one in ids):
        raise UnreadableValue("Write PCI ids as 10de:2330, joined by commas.")
    return ids


def _words(column: Any, text: str) -> str:
    if not text or len(text) > (column.max_length or 300):
        raise UnreadableValue(f"Write 1 to {column.max_length or 300} characters.")
    return text
