"""Metrics, plan and time of an estimate as rows of a table."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from sizing.presentation.words import PLAN_FIELDS, metric_in_words

NOT_SHOWN = {"peak_memory_gb"}


@frozen(kw_only=True)
class MetricRow:
    """One figure with its 90 % interval."""

    name: str
    label: str
    unit: str
    value: float
    low: float
    high: float

    @property
    def relative_width(self) -> float:
        """Width of the interval over the value."""
        return (self.high - self.low) / self.value if self.value else 0.0


def metric_rows(metrics: Mapping[str, Mapping[str, float]]) -> list[MetricRow]:
    """The metrics of an answer in their usual order."""
    rows = []
    for name, interval in metrics.items():
        if name not in NOT_SHOWN:
            label, unit = metric_in_words(name)
            rows.append(
                MetricRow(
                    name=name,
                    label=label,
                    unit=unit,
                    value=interval["value"],
                    low=interval["low"],
                    high=interval["high"],
                )
            )
    return rows


def plan_rows(plan: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The layout with every field in words."""
    return [
        (PLAN_FIELDS.get(name, name.replace("_", " ")), value)
        for name, value in plan.items()
        if value is not None
    ]
