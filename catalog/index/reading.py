"""Reads an index from the database, piece by piece so that the rows are never all in memory."""

import datetime as dt
from array import array
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np
from attrs import evolve
from django.db.models import F, FloatField, QuerySet
from django.db.models.functions import Cast

from catalog.as_of.past import THEN, seen_by
from catalog.index.offer_index import OfferIndex
from catalog.index.vectors import Coded, Coder, Figures, Vector
from catalog.models import Offer

PIECE = 5000
CODED = (
    *("provider", "accelerator", "instance", "server", "host", "source", "status", "pricing"),
    *("region", "condition", "accelerator_stated", "observed_on", "currency"),
)
CODED_OF_THE_DAY = ("observed_on", "currency")
FIGURES = ("accelerator_count", "amount", "amount_per_accelerator", "vcpus", "ram_gb")
FIGURES_OF_THE_DAY = ("amount", "amount_per_accelerator")


def read_index(day: dt.date | None = None) -> OfferIndex:
    """All offers as they are, or those that had been seen by a past day at its prices."""
    index = _read(Offer.objects.all(), CODED, FIGURES)
    return index if day is None else _at(day, index)


def _at(day: dt.date, today: OfferIndex) -> OfferIndex:
    """Only the price is of the day; what else an offer says is what is known of it now."""
    past = _read(seen_by(Offer.objects.all(), day), CODED_OF_THE_DAY, FIGURES_OF_THE_DAY, THEN)
    # An offer may have come between the two readings; its revision makes the next index.
    known = np.isin(past.keys, today.keys)
    keys = past.keys[known]
    rows = np.searchsorted(today.keys, keys)
    kept = {name: _taken(column, rows) for name, column in today.columns.items()}
    prices = {name: _taken(column, known) for name, column in past.columns.items()}
    return evolve(past, keys=keys, columns={**kept, **prices})


def _taken(column: Vector, rows: Any) -> Vector:
    if isinstance(column, Coded):
        return Coded(codes=column.codes[rows], values=column.values)
    return Figures(numbers=column.numbers[rows])


def _read(
    rows: QuerySet[Any], texts: Iterable[str], numbers: Iterable[str], prefix: str = ""
) -> OfferIndex:
    coders = {name: Coder() for name in texts}
    figures = {name: array("d") for name in numbers}
    keys = array("q")
    # As floats already in the database: making a Decimal of each takes longer than reading it.
    casts = {f"as_{name}": Cast(F(f"{prefix}{name}"), FloatField()) for name in figures}
    named = rows.annotate(**casts).order_by("pk")
    wanted = ("pk", *(f"{prefix}{name}" for name in coders), *casts)
    for piece in _pieces(named.values_list(*wanted).iterator(chunk_size=PIECE)):
        found, *columns = zip(*piece, strict=True)
        keys.extend(found)
        for coder, values in zip(coders.values(), columns, strict=False):
            coder.extend(values)
        for column, values in zip(figures.values(), columns[len(coders) :], strict=True):
            column.extend([np.nan if value is None else value for value in values])
    return OfferIndex(
        keys=np.frombuffer(keys, np.int64),
        columns={
            **{name: coder.column() for name, coder in coders.items()},
            **{name: Figures(np.frombuffer(column)) for name, column in figures.items()},
        },
    )


def _pieces(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while piece := list(islice(rows, PIECE)):
        yield piece
