"""Conditions of filters, as `QuerySet.filter` takes them, worked out on the index.

A condition on a host is asked of the database, because probes change hosts between revisions.
"""

import operator
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import reduce
from typing import Any

from django.db import connection
from django.db.models import Field, Model, Q, QuerySet

from catalog.index.offer_index import OfferIndex, related_model
from catalog.index.vectors import Coded, Mask, Test, Vector
from catalog.models import Offer
from catalog.search.folding import folded

CHANGING = "host"
LOOKUPS = ("exact", "gte", "lte", "range", "icontains", "in", "isnull")


def where(condition: Q, index: OfferIndex, aliases: Mapping[str, Vector] | None = None) -> Mask:
    """Rows that fulfil a condition; `aliases` are columns that the question itself named.

    Raises:
        NotImplementedError: filters have used no such condition so far.
    """
    children: Sequence[Any] = condition.children
    parts = [
        where(child, index, aliases)
        if isinstance(child, Q)
        else _lookup(child[0], child[1], index, aliases or {})
        for child in children
    ]
    if condition.connector not in (Q.AND, Q.OR):
        raise NotImplementedError(f"The index of offers cannot join by {condition.connector}")
    join = operator.and_ if condition.connector == Q.AND else operator.or_
    joined = reduce(join, parts) if parts else index.every
    return ~joined if condition.negated else joined


def _lookup(path: str, value: Any, index: OfferIndex, aliases: Mapping[str, Vector]) -> Mask:
    if path.startswith(f"{CHANGING}__"):
        return _asked_of_database(
            index.keys_of(CHANGING), path.removeprefix(f"{CHANGING}__"), value
        )
    name, _, last = path.rpartition("__")
    lookup = last if last in LOOKUPS else "exact"
    name = name if last in LOOKUPS else path
    if name in aliases:
        return _tested(aliases[name], lookup, _plain(value))
    given = _plain(value) if "__" in name else _own(name, value)
    return _tested(index.column(name), lookup, given)


def _asked_of_database(keys: Coded, lookup: str, value: Any) -> Mask:
    rows = related_model(CHANGING)._default_manager.filter(**{lookup: value})  # noqa: SLF001
    found = set(rows.order_by().values_list("pk", flat=True))
    return keys.where(found.__contains__)


def _tested(column: Vector, lookup: str, value: Any) -> Mask:
    if lookup == "isnull" or value is None:
        unknown = column.unknown()
        return unknown if value is None or value else ~unknown
    return column.where(_test(lookup, value))


def _test(lookup: str, value: Any) -> Test:
    if lookup == "range":
        low, high = value
        return lambda given: (given >= low) & (given <= high)
    if lookup == "icontains":
        part = folded(str(value))
        return lambda given: part in folded(given)
    if lookup == "in":
        return value.__contains__
    compare = {"exact": operator.eq, "gte": operator.ge, "lte": operator.le}[lookup]
    return lambda given: compare(given, value)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return float(value) if isinstance(value, Decimal) else value


def _own(name: str, value: Any) -> Any:
    """What the database would compare the column with."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, QuerySet):
        return {next(iter(row.values())) for row in value}
    if isinstance(value, tuple):
        return tuple(_own(name, bound) for bound in value)
    if isinstance(value, Decimal):
        field: Field = Offer._meta.get_field(name)  # type: ignore[assignment]  # noqa: SLF001
        return float(field.get_db_prep_value(value, connection))
    return value
