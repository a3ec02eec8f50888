"""Two to six accelerators, servers or offers side by side: what differs comes first."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from attrs import frozen
from django.db.models import QuerySet

from catalog import querysets
from catalog.comparing.lines import Line, Value, split
from catalog.comparing.ratios import accelerator_ratios, offer_ratios, server_ratios
from catalog.facts import Fact, facts_of, plain
from catalog.listing import columns
from catalog.listing.tables import UNKNOWN, cells
from catalog.measured import Measured, measured_on
from catalog.models import Accelerator, Offer, Server

FEWEST, MOST = 2, 6


@frozen(kw_only=True)
class Side:
    """What is compared, as the head of a column."""

    name: str
    key: str
    url: str


@frozen(kw_only=True)
class Comparison:
    """Lines about some rows of one noun; those that differ first."""

    sides: tuple[Side, ...]
    lines: tuple[Line, ...]

    @property
    def different(self) -> list[Line]:
        return split(self.lines)[0]

    @property
    def equal(self) -> list[Line]:
        return split(self.lines)[1]


def compare_accelerators(rows: Sequence[Accelerator]) -> Comparison:
    """Facts with sources, what probes measured beside them, and what a watt and a dollar buy."""
    lines = [*_fact_lines(rows), *_measured_lines(rows), *accelerator_ratios(rows)]
    return _comparison(rows, lines, "slug")


def compare_servers(rows: Sequence[Server]) -> Comparison:
    """Facts with sources, and what a watt, a unit of height and a dollar buy."""
    return _comparison(rows, [*_fact_lines(rows), *server_ratios(rows)], "slug")


def compare_offers(rows: Sequence[Offer]) -> Comparison:
    """The columns of the list of offers, and what money buys of each."""
    texts = [[cell.text for cell in cells(columns.OFFERS, row)] for row in rows]
    lines = [
        Line(
            label=column.label,
            unit=column.unit,
            values=tuple(
                Value(text=text[i], source=_offer_source(row))
                for text, row in zip(texts, rows, strict=True)
            ),
        )
        for i, column in enumerate(columns.OFFERS)
    ]
    return _comparison(rows, [*lines, *offer_ratios(rows)], "pk")


#: What can be compared: the rows, the field that names one, and how.
KINDS: dict[str, tuple[Callable[[], QuerySet[Any]], str, Callable[[Any], Comparison]]] = {
    "accelerators": (querysets.accelerators, "slug", compare_accelerators),
    "servers": (querysets.servers, "slug", compare_servers),
    "offers": (querysets.offers, "pk", compare_offers),
}


def _comparison(rows: Sequence[Any], lines: Iterable[Line], key: str) -> Comparison:
    return Comparison(
        sides=tuple(
            Side(name=_name(row), key=str(getattr(row, key)), url=row.get_absolute_url())
            for row in rows
        ),
        lines=tuple(lines),
    )


def _name(row: Any) -> str:
    if isinstance(row, Offer):
        return str(row.target_name)
    # One model comes with several fittings.
    fitting = isinstance(row, Server) and row.accelerator
    return f"{row} ({row.accelerator_count} x {row.accelerator.name})" if fitting else str(row)


def _offer_source(row: Offer) -> str:
    return row.source.title if row.source else ""


def _fact_lines(rows: Sequence[Accelerator] | Sequence[Server]) -> list[Line]:
    found = [{fact.field: fact for fact in facts_of(row)} for row in rows]
    fields: dict[str, Fact] = {}
    for facts in found:
        fields |= {name: fact for name, fact in facts.items() if name not in fields}
    return [
        Line(
            label=fact.label,
            unit=fact.unit,
            values=tuple(_value(facts.get(name)) for facts in found),
            about=name,
        )
        for name, fact in fields.items()
    ]


def _value(fact: Fact | None) -> Value:
    if fact is None:
        return Value(text=UNKNOWN)
    return Value(text=fact.value or UNKNOWN, source=fact.source_title)


def _measured_lines(rows: Sequence[Accelerator]) -> list[Line]:
    """The newest measured figure of each variant, to stand beside what is stated of it."""
    found = []
    for row in rows:
        newest: dict[str, Measured] = {}
        for figure in measured_on(row):
            newest.setdefault(figure.column, figure)
        found.append(newest)
    kinds = {column: figure for newest in found for column, figure in newest.items()}
    return [
        Line(
            label=f"{kinds[column].label}, measured",
            unit=kinds[column].unit,
            values=tuple(_measured_value(newest.get(column)) for newest in found),
            about=column,
        )
        for column in kinds
    ]


def _measured_value(figure: Measured | None) -> Value:
    if figure is None:
        return Value(text=UNKNOWN)
    share = f", {figure.share:.0%} of what is stated" if figure.share else ""
    return Value(text=plain(round(figure.value, 2)), source=f"attached device{share}")
