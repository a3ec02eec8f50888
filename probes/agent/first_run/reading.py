"""A short reading of a first run: what was found, and how far figures repeat."""

import json
import math
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from probes.agent.first_run.steps import Step
from probes.agent.table import quantity
from probes.protocol import DeviceInfo, Measurement, Report, from_data

MOST_FIGURES = 6


def reading(device: DeviceInfo, steps: tuple[Step, ...], folder: Path) -> str:
    """Markdown: a table of figures, how far the curves repeat, the experiments."""
    there = [step for step in steps if (folder / step.file_name).exists()]
    lines = [
        f"# First run of {device.name}",
        "",
        f"{len(there)} of {len(steps)} steps. Driver {device.driver_version or 'not stated'}.",
        "",
        *_figures(there, folder),
        *_repeats(there, folder),
        *_experiments(there, folder),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _figures(steps: list[Step], folder: Path) -> Iterator[str]:
    yield "| step | figure | value | 95 % interval | flags |"
    yield "|---|---|---|---|---|"
    for step in steps:
        if step.kind == "probe":
            yield from _figures_of(step, _report(step, folder))
    yield ""


def _figures_of(step: Step, report: Report) -> Iterator[str]:
    for result in report.results:
        if result.status != "ok":
            yield f"| {step.name} | {result.status} | {result.reason or report.reason} | | |"
        for figure in result.measurements[:MOST_FIGURES]:
            flags = ", ".join((*result.flags, *figure.flags))
            value = quantity(figure.value, figure.unit)
            yield f"| {step.name} | {figure.metric} | {value} | {_interval(figure)} | {flags} |"
        if len(result.measurements) > MOST_FIGURES:
            left = len(result.measurements) - MOST_FIGURES
            yield f"| {step.name} | {left} more in its file | | | |"
    if not report.results:
        yield f"| {step.name} | {report.status} | {report.reason} | | |"


def _interval(figure: Measurement) -> str:
    if figure.ci95 is None:
        return ""
    return " to ".join(quantity(end, figure.unit) for end in figure.ci95)


def _repeats(steps: list[Step], folder: Path) -> Iterator[str]:
    files = {step.name.partition("-")[2]: step for step in steps}
    for name, step in files.items():
        again = files.get(f"{name}.again")
        if again is not None:
            spread = repeat_spread(_report(step, folder), _report(again, folder))
            if spread is not None:
                yield f"- {name}: two passes differ by {spread:.1%} (standard deviation per point)."
    yield ""


def repeat_spread(first: Report, second: Report) -> float | None:
    """The standard deviation of one pass, from ln of the ratio of two; None with under 3 points.

    Each pass adds its own variance to the difference, hence the root of 2.
    """
    one, two = _points(first), _points(second)
    ratios = [math.log(two[label] / value) for label, value in one.items() if label in two]
    return statistics.stdev(ratios) / math.sqrt(2) if len(ratios) > 2 else None


def _points(report: Report) -> dict[str, float]:
    return {
        figure.metric: figure.value
        for result in report.results
        for figure in result.measurements
        if figure.unit == "s"
    }


def _experiments(steps: list[Step], folder: Path) -> Iterator[str]:
    for step in steps:
        if step.kind == "experiment":
            found: dict[str, Any] = json.loads((folder / step.file_name).read_text())
            yield f"- {step.subject}: `{json.dumps(found)}`"


def _report(step: Step, folder: Path) -> Report:
    return from_data(Report, json.loads((folder / step.file_name).read_text()))
