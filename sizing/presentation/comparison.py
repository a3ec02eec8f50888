"""Stored sizings side by side: inputs that differ first, then the best answer of each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen

from catalog.models import Accelerator
from sizing.formats import figure
from sizing.models import Sizing
from sizing.presentation.inputs import NOT_ASKED, inputs_of
from sizing.presentation.request import request_facts
from sizing.presentation.words import metric_in_words, plan_in_short

MOST = 4
METRICS = (
    *("ttft_ms", "tpot_ms", "request_latency_ms", "output_tokens_per_s", "requests_per_s"),
    *("latency_ms", "tflops"),
)
LATENCIES = ("ttft_ms", "tpot_ms")


@frozen(kw_only=True)
class Cell:
    """One value of one sizing.

    Attributes:
        note: its interval, or where it comes from.
        change: against the first sizing, empty where there is nothing to compare.
    """

    text: str
    note: str = ""
    change: str = ""


@frozen(kw_only=True)
class Line:
    """One property of every sizing."""

    label: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """Whether the sizings are not all alike in it."""
        return len({cell.text for cell in self.cells}) > 1


@frozen(kw_only=True)
class Side:
    """One sizing: its title and its row."""

    sizing: Sizing
    title: str


@frozen(kw_only=True)
class Comparison:
    """What the page of a comparison shows."""

    sides: tuple[Side, ...]
    different: tuple[Line, ...]
    equal: tuple[Line, ...]
    answers: tuple[Line, ...]


def comparison_of(sizings: Sequence[Sizing]) -> Comparison:
    """Stored sizings in the order given, the first as reference; one query, for names."""
    inputs = _inputs(sizings)
    return Comparison(
        sides=tuple(Side(sizing=row, title=title_of(row)) for row in sizings),
        different=tuple(line for line in inputs if line.differs),
        equal=tuple(line for line in inputs if not line.differs),
        answers=tuple(_answers([_best(row) for row in sizings])),
    )


def title_of(row: Sizing) -> str:
    """The model, or the matrix product."""
    return request_facts(row.request)[0][1]


def _inputs(sizings: Sequence[Sizing]) -> list[Line]:
    found = [{**inputs_of(row.request), **_revisions(row)} for row in sizings]
    labels = dict.fromkeys(label for inputs in found for label in inputs)
    return [
        Line(label=label, cells=tuple(Cell(text=inputs.get(label, NOT_ASKED)) for inputs in found))
        for label in labels
    ]


def _revisions(row: Sizing) -> dict[str, str]:
    answer = row.answer
    return {
        "Catalog": answer.catalog_revision,
        "Calibration": answer.calibration_revision,
        "Engine": answer.engine_version,
    }


def _best(row: Sizing) -> Mapping[str, Any] | None:
    return next(iter(row.answer.content["recommendations"]), None)


def _answers(best: Sequence[Mapping[str, Any] | None]) -> list[Line]:
    slugs = {entry["accelerator"] for entry in best if entry}
    names = dict(Accelerator.objects.filter(slug__in=slugs).values_list("slug", "name"))

    def line(label: str, read: Callable[[Mapping[str, Any]], str]) -> Line:
        return Line(
            label=label,
            cells=tuple(Cell(text=read(entry) if entry else "nothing does it") for entry in best),
        )

    return [
        line("System", lambda entry: entry["system"]["name"]),
        line(
            "Accelerators",
            lambda entry: f"{entry['count']} x {names.get(entry['accelerator'], '')}",
        ),
        line("Replicas", _replicas),
        line("Layout", lambda entry: plan_in_short(entry["plan"])),
        *_costs(best),
        *_metrics(best),
        line("Evidence", lambda entry: entry["evidence"]["level"]),
    ]


def _replicas(entry: Mapping[str, Any]) -> str:
    replicas = (entry.get("sized_for") or {}).get("replicas")
    total = entry["plan"].get("data_parallel", 1)
    if not replicas or not replicas["spare"]:
        return str(total)
    return f"{total} ({replicas['carrying']} + {replicas['spare']} spare)"


def _costs(best: Sequence[Mapping[str, Any] | None]) -> list[Line]:
    costs = [(entry or {}).get("cost") for entry in best]
    return [_cost_line(costs, "per_h"), _cost_line(costs, "per_unit")]


def _cost_line(costs: Sequence[Mapping[str, Any] | None], name: str) -> Line:
    first = costs[0]
    cells = []
    for cost in costs:
        if not cost:
            cells.append(Cell(text="no offer"))
            continue
        comparable = (
            first and first["currency"] == cost["currency"] and first["unit"] == cost["unit"]
        )
        change = _change(float(first[name]), float(cost[name])) if first and comparable else ""
        note = "" if name == "per_h" else f"per {cost['unit']}"
        text = f"{figure(float(cost[name]))} {cost['currency']}"
        cells.append(Cell(text=text, note=note, change=change if cells else ""))
    label = "Cost of an hour" if name == "per_h" else "Cost of a unit of work"
    return Line(label=label, cells=tuple(cells))


def _metrics(best: Sequence[Mapping[str, Any] | None]) -> list[Line]:
    stated = [(entry or {}).get("metrics") or {} for entry in best]
    lines = [_metric_line(name, stated, "") for name in METRICS]
    if any((entry or {}).get("sized_for") for entry in best):
        most = [(entry or {}).get("sized_for") or entry or {} for entry in best]
        largest = [part.get("metrics") or {} for part in most]
        lines += [_metric_line(name, largest, ", at the load sized for") for name in LATENCIES]
    return [line for line in lines if line is not None]


def _metric_line(name: str, metrics: Sequence[Mapping[str, Any]], when: str) -> Line | None:
    found = [figures.get(name) for figures in metrics]
    if not any(found):
        return None
    label, unit = metric_in_words(name)
    return Line(label=f"{label}{when} ({unit})", cells=tuple(_interval_cells(found)))


def _interval_cells(found: Sequence[Mapping[str, float] | None]) -> list[Cell]:
    cells: list[Cell] = []
    first = found[0]
    for interval in found:
        if interval is None:
            cells.append(Cell(text=NOT_ASKED))
            continue
        change = _change(first["value"], interval["value"]) if first and cells else ""
        if change and first and _overlap(first, interval):
            change += ", within the intervals"
        note = f"{figure(interval['low'])} to {figure(interval['high'])}"
        cells.append(Cell(text=figure(interval["value"]), note=note, change=change))
    return cells


def _overlap(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    return one["low"] <= other["high"] and other["low"] <= one["high"]


def _change(reference: float, value: float) -> str:
    if not reference:
        return ""
    percent = round((value / reference - 1.0) * 100.0)
    return f"{percent:+d} %" if percent else ""
