"""A calibration's parameters with units and intervals, and its points beside the fit."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from sizing.charts import FitPoint
from sizing.models import Calibration

NORMAL_90 = 1.645
"""Half width of the central 90 % of a normal distribution, in standard deviations."""

PARAMETERS = (
    ("flops_per_s", "P, sustained rate", "TFLOP/s", 1e-12),
    ("bytes_per_s", "W, sustained bandwidth", "GB/s", 1e-9),
    ("launch_s", "t0, fixed cost of one operation", "µs", 1e6),
    ("ridge", "p, sharpness of the ridge", "", 1.0),
)
"""Name, words, unit and factor, in the order of the covariance matrix of log-parameters."""


@frozen(kw_only=True)
class ParameterRow:
    """One fitted parameter; the interval is None where no covariance was kept."""

    label: str
    value: float
    low: float | None
    high: float | None
    unit: str


@frozen(kw_only=True)
class ParameterTable:
    """The parameters of one number format, or the device's other figures."""

    title: str
    rows: list[ParameterRow]


def parameter_tables(row: Calibration) -> list[ParameterTable]:
    """One table per number format, then what the probes said of the device as a whole."""
    fitted = row.parameters.get("fits", {})
    tables = [
        ParameterTable(title=_title(name, fit), rows=_rows(fit)) for name, fit in fitted.items()
    ]
    whole = _whole_device(row.parameters)
    return [*tables, ParameterTable(title="Device", rows=whole)] if whole else tables


def _title(name: str, fit: Mapping[str, Any]) -> str:
    spread = math.expm1(fit.get("residual_rms", 0.0)) * 100
    return f"{name}: {fit.get('points', 0)} points, left-out error {spread:.1f} % (rms)"


def _rows(fit: Mapping[str, Any]) -> list[ParameterRow]:
    covariance = fit.get("covariance") or ()
    return [
        _row(fit[name], label, unit, factor, _deviation(covariance, at))
        for at, (name, label, unit, factor) in enumerate(PARAMETERS)
    ]


def _row(
    value: float, label: str, unit: str, factor: float, deviation: float | None
) -> ParameterRow:
    spread = None if deviation is None else math.exp(min(NORMAL_90 * deviation, 50.0))
    return ParameterRow(
        label=label,
        value=value * factor,
        low=None if spread is None else value * factor / spread,
        high=None if spread is None else value * factor * spread,
        unit=unit,
    )


def _deviation(covariance: Sequence[Sequence[float]], at: int) -> float | None:
    return math.sqrt(covariance[at][at]) if len(covariance) > at else None


def _whole_device(parameters: Mapping[str, Any]) -> list[ParameterRow]:
    known = (
        ("copy_bytes_per_s", "Memory copy, read and write", "GB/s", 1e-9),
        ("launch_s", "Host launch", "µs", 1e6),
    )
    return [
        _row(parameters[name], label, unit, factor, None)
        for name, label, unit, factor in known
        if parameters.get(name)
    ]


def disturbed_points(row: Calibration) -> int:
    """Points that other work on the host got in the way of."""
    return sum(bool(point.get("disturbed")) for point in row.points)


def fit_points(row: Calibration) -> list[FitPoint]:
    """The measured points with the time the fit gives them."""
    return [
        FitPoint(
            name=f"{point['m']} x {point['n']} x {point['k']} {point['dtype']}",
            measured_s=point["measured_s"],
            fitted_s=point["fitted_s"],
        )
        for point in row.points
    ]
