"""Two to six accelerators, servers or offers side by side: what differs comes first."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from attrs import frozen
from django.db.models import Min, QuerySet

from catalog import columns, querysets
from catalog.facts import Fact, facts_of, plain
from catalog.measured import measured_on
from catalog.models import Accelerator, Offer, Server
from catalog.tables import UNKNOWN, cells

FEWEST, MOST = 2, 6
Ratio = Callable[[Any, float | None], float | None]


@frozen(kw_only=True)
class Value:
    """One cell; `source` says who states it."""

    text: str
    source: str = ""


@frozen(kw_only=True)
class Line:
    """One property of everything that is compared."""

    label: str
    unit: str
    values: tuple[Value, ...]

    @property
    def differs(self) -> bool:
        """Whether the values are not all the same."""
        return len({value.text for value in self.values}) > 1


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
        return [line for line in self.lines if line.differs]

    @property
    def equal(self) -> list[Line]:
        return [line for line in self.lines if not line.differs]


def compare_accelerators(rows: Sequence[Accelerator]) -> Comparison:
    """Facts with sources, prices, what a watt and a dollar buy, and what probes measured."""
    prices = _rents([row.pk for row in rows])
    derived = [_derived(rows, prices, *line) for line in DERIVED]
    return _comparison(rows, [*_fact_lines(rows), *derived, *_measured_lines(rows)], "slug")


def compare_servers(rows: Sequence[Server]) -> Comparison:
    """Facts with sources."""
    return _comparison(rows, _fact_lines(rows), "slug")


def compare_offers(rows: Sequence[Offer]) -> Comparison:
    """The columns of the list of offers."""
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
    return _comparison(rows, lines, "pk")


#: What can be compared: the rows, the field that names one, and how.
KINDS: dict[str, tuple[Callable[[], QuerySet[Any]], str, Callable[[Any], Comparison]]] = {
    "accelerators": (querysets.accelerators, "slug", compare_accelerators),
    "servers": (querysets.servers, "slug", compare_servers),
    "offers": (querysets.offers, "pk", compare_offers),
}


def _comparison(rows: Sequence[Any], lines: Iterable[Line], key: str) -> Comparison:
    known = [line for line in lines if any(value.text != UNKNOWN for value in line.values)]
    return Comparison(
        sides=tuple(
            Side(name=_name(row), key=str(getattr(row, key)), url=row.get_absolute_url())
            for row in rows
        ),
        lines=tuple(known),
    )


def _name(row: Any) -> str:
    return str(row.target_name) if isinstance(row, Offer) else str(row)


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
        )
        for name, fact in fields.items()
    ]


def _value(fact: Fact | None) -> Value:
    if fact is None:
        return Value(text=UNKNOWN)
    return Value(text=fact.value or UNKNOWN, source=fact.source_title)


def _rents(accelerators: Sequence[int]) -> dict[int, float]:
    """The lowest live on-demand price per accelerator and hour in USD, by accelerator."""
    rows = Offer.objects.filter(
        accelerator__in=accelerators,
        status=Offer.Status.LIVE,
        unit=Offer.Unit.HOUR,
        currency="USD",
        pricing=Offer.Pricing.ON_DEMAND,
    )
    lowest = rows.values("accelerator").annotate(lowest=Min("amount_per_accelerator"))
    return {row["accelerator"]: float(row["lowest"]) for row in lowest}


def _per(figure: float | None, by: float | None) -> float | None:
    return figure / by if figure and by else None


def _per_watt(name: str) -> Ratio:
    return lambda row, _price: _per(getattr(row, name), row.tdp_w)


def _per_dollar(name: str) -> Ratio:
    return lambda row, price: _per(getattr(row, name), price)


DERIVED: tuple[tuple[str, str, Ratio], ...] = (
    ("Lowest on-demand price", "USD per hour", lambda _row, price: price),
    ("BF16 per watt", "TFLOPS/W", _per_watt("bf16_tflops")),
    ("Bandwidth per watt", "GB/s per W", _per_watt("memory_bandwidth_gb_s")),
    ("BF16 per dollar and hour", "TFLOPS", _per_dollar("bf16_tflops")),
    ("Bandwidth per dollar and hour", "GB/s", _per_dollar("memory_bandwidth_gb_s")),
    ("Memory per dollar and hour", "GB", _per_dollar("capacity_gb")),
)


def _derived(
    rows: Sequence[Accelerator], prices: dict[int, float], label: str, unit: str, ratio: Ratio
) -> Line:
    values = (ratio(row, prices.get(row.pk)) for row in rows)
    return Line(
        label=label,
        unit=unit,
        values=tuple(
            Value(
                text=UNKNOWN if value is None else plain(round(value, 3)),
                source="computed from facts and live offers",
            )
            for value in values
        ),
    )


def _measured_lines(rows: Sequence[Accelerator]) -> list[Line]:
    """The newest measured figure of each variant, by kind of figure."""
    found = []
    for row in rows:
        newest: dict[tuple[str, str], float] = {}
        for figure in measured_on(row):
            newest.setdefault((figure.label, figure.unit), figure.value)
        found.append(newest)
    kinds = dict.fromkeys(kind for newest in found for kind in newest)
    return [
        Line(
            label=f"{label}, measured",
            unit=unit,
            values=tuple(
                Value(text=plain(round(newest[label, unit], 2)), source="attached device")
                if (label, unit) in newest
                else Value(text=UNKNOWN)
                for newest in found
            ),
        )
        for label, unit in kinds
    ]
