"""Models on an accelerator as rows of a table, chosen and ordered as asked."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen

from sizing.engine.answer import Estimate
from sizing.engine.intervals import Interval
from sizing.engine.spreading import Spread
from sizing.runs_forms import PRECISION_CHOICES
from sizing.services.runs_on import ModelOn, RunsOn


@frozen(kw_only=True)
class RunRow:
    """One model.

    Attributes:
        spreads: one for each number of accelerators, None where it cannot be divided so.
        chosen: the replica that the estimate is about; None where nothing fits.
    """

    model: ModelOn
    spreads: tuple[Spread | None, ...]
    chosen: Spread | None
    estimate: Estimate | None

    @property
    def ttft_ms(self) -> Interval | None:
        return self._metric("ttft_ms")

    @property
    def tpot_ms(self) -> Interval | None:
        return self._metric("tpot_ms")

    @property
    def output_tokens_per_s(self) -> Interval | None:
        return self._metric("output_tokens_per_s")

    @property
    def at_once(self) -> int:
        """Requests of the load that fit in memory together."""
        return self.chosen.requests if self.chosen else 0

    def _metric(self, name: str) -> Interval | None:
        return self.estimate.metrics.get(name) if self.estimate else None


@frozen(kw_only=True)
class FitLine:
    """How many models of the library fit at one precision."""

    precision: str
    name: str
    numbers: tuple[tuple[int, int], ...]


def fit_lines(found: RunsOn) -> list[FitLine]:
    """A line for each precision: (accelerators, models that fit on them)."""
    return [
        FitLine(
            precision=precision,
            name=name,
            numbers=tuple((count, found.fitting(precision, count)) for count in found.counts),
        )
        for precision, name in PRECISION_CHOICES
    ]


def run_rows(
    found: RunsOn, estimates: Mapping[str, Estimate], asked: Mapping[str, Any]
) -> list[RunRow]:
    """The rows that were asked for, in the order that was asked for."""
    rows = [_row(found, model, estimates, asked) for model in found.models]
    kept = [row for row in rows if _is_wanted(row, asked)]
    return _ordered(kept, asked.get("order") or "size")


def _row(
    found: RunsOn, model: ModelOn, estimates: Mapping[str, Estimate], asked: Mapping[str, Any]
) -> RunRow:
    spreads = {spread.count: spread for spread in model.spreads[asked["precision"]]}
    return RunRow(
        model=model,
        spreads=tuple(spreads.get(count) for count in found.counts),
        chosen=model.on(asked["precision"], asked.get("count")),
        estimate=estimates.get(model.slug),
    )


def _is_wanted(row: RunRow, asked: Mapping[str, Any]) -> bool:
    least, most = asked.get("min_parameters_b"), asked.get("max_parameters_b")
    size = row.model.parameters_b
    wanted = {"yes": row.chosen is not None, "no": row.chosen is None}
    return (
        (least is None or size >= least)
        and (most is None or size <= most)
        and wanted.get(asked.get("fits") or "", True)
    )


def _value(interval: Interval | None) -> float:
    return math.inf if interval is None else interval.value


KEYS: Mapping[str, Callable[[RunRow], Any]] = {
    "size": lambda row: row.model.parameters_b,
    "-size": lambda row: -row.model.parameters_b,
    "name": lambda row: row.model.name.lower(),
    "ttft": lambda row: _value(row.ttft_ms),
    "tpot": lambda row: _value(row.tpot_ms),
    "rate": lambda row: (row.estimate is None, -_value(row.output_tokens_per_s)),
}


def _ordered(rows: Sequence[RunRow], order: str) -> list[RunRow]:
    return sorted(rows, key=KEYS[order])
