"""What the engine says of each column as lines of a comparison. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from catalog.comparing.lines import Line, Value
from catalog.listing.tables import UNKNOWN
from sizing.comparing.columns import Column
from sizing.formats import figure
from sizing.presentation.words import metric_in_words, plan_in_short

METRICS = (
    *("ttft_ms", "tpot_ms", "request_latency_ms", "output_tokens_per_s", "requests_per_s"),
    *("latency_ms", "tflops"),
)
RATE = "output_tokens_per_s"
COST = "Cost"
DOES_NOT = "does not do it"
NO_COST = "no cost"
Entry = Mapping[str, Any]
Read = Callable[[Entry], Value]


def lines_of(columns: Sequence[Column]) -> tuple[Line, ...]:
    """One line for each figure that some column has; where none has one, only why."""
    first = tuple(
        _deployment(column.best) if column.best else Value(text=DOES_NOT, source=column.problem)
        for column in columns
    )
    lines = [
        *(_line(*metric_in_words(name), columns, _metric(name)) for name in METRICS),
        _line(COST, "per hour", columns, _cost),
        _line(COST, f"per {_unit(columns)}", columns, _unit_cost),
        _line("Power", "W", columns, _power),
        _line("Evidence", "", columns, _evidence),
    ]
    known = [line for line in lines if any(value.text != UNKNOWN for value in line.values)]
    return (Line(label="Best deployment of it", unit="", values=first), *known)


def _line(label: str, unit: str, columns: Sequence[Column], read: Read) -> Line:
    unknown = Value(text=UNKNOWN)
    values = tuple(read(column.best) if column.best else unknown for column in columns)
    if label == COST:
        values = tuple(map(_explained, values, columns))
    return Line(label=label, unit=unit, values=values)


def _explained(value: Value, column: Column) -> Value:
    return Value(text=value.text, source=column.unpriced) if value.text == NO_COST else value


def _deployment(entry: Entry) -> Value:
    nodes = f", {entry['nodes']} nodes" if entry["nodes"] > 1 else ""
    text = f"{entry['count']} accelerator{'s' if entry['count'] > 1 else ''}{nodes}"
    return Value(text=text, source=f"{entry['system']['name']}; {plan_in_short(entry['plan'])}")


def _metric(name: str) -> Read:
    def read(entry: Entry) -> Value:
        interval = entry["metrics"].get(name)
        if not interval:
            return Value(text=UNKNOWN)
        return Value(
            text=figure(interval["value"]), source=_range(interval["low"], interval["high"])
        )

    return read


def _range(low: float, high: float) -> str:
    return f"{figure(low)} to {figure(high)}"


def _cost(entry: Entry) -> Value:
    cost = entry["cost"]
    if not cost:
        return Value(text=NO_COST)
    basis = cost["basis"]
    seen = basis.get("observed_on") or "date unknown"
    words = [basis.get("provider"), basis.get("acquisition"), f"seen {seen}"]
    return Value(text=_money(cost["per_h"], cost), source=", ".join(filter(None, words)))


def _unit_cost(entry: Entry) -> Value:
    """The interval is that of the rate: an hour costs what it costs."""
    cost, rate = entry["cost"], entry["metrics"].get(RATE)
    if not cost:
        return Value(text=NO_COST)
    if not rate or not rate["low"]:
        return Value(text=_money(cost["per_unit"], cost))
    value = float(cost["per_unit"]) * rate["value"]
    return Value(
        text=_money(cost["per_unit"], cost),
        source=_range(value / rate["high"], value / rate["low"]),
    )


def _money(amount: str, cost: Entry) -> str:
    return f"{figure(float(amount))} {cost['currency']}"


def _unit(columns: Sequence[Column]) -> str:
    units = (
        column.best["cost"]["unit"] for column in columns if column.best and column.best["cost"]
    )
    return next(units, "unit of work")


def _power(entry: Entry) -> Value:
    if not entry["power_w"]:
        return Value(text=UNKNOWN)
    return Value(text=figure(entry["power_w"]), source=entry["power_basis"] or "")


def _evidence(entry: Entry) -> Value:
    return Value(text=entry["evidence"]["level"])
