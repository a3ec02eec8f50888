"""What a probe run measured, as the engine's points and figures."""

import math
from collections.abc import Iterable

from catalog.models import Device, Measurement
from sizing.engine.fitting import GemmPoint
from sizing.engine.measured_products import SCATTER, MeasuredProduct

CURVE = "gemm.curve."
REFUSED_FLAGS = frozenset(
    {"contaminated", "error", "forced", "wrong_result", "not_repeatable", "throttled"}
)
REFUSED_VERDICTS = frozenset({"failed", "error", "contaminated"})


def usable_measurements(device: Device, run_id: str) -> list[Measurement]:
    """The figures of one run that a fit may rest on: right, undisturbed, in a fixed order."""
    rows = Measurement.objects.filter(device=device, run_id=run_id)
    return [row for row in rows.order_by("probe", "metric", "repetition") if _is_usable(row)]


def _is_usable(row: Measurement) -> bool:
    flagged = REFUSED_FLAGS.intersection(row.flags)
    return row.value > 0 and not flagged and row.verdict not in REFUSED_VERDICTS


def gemm_timings(rows: Iterable[Measurement]) -> list[Measurement]:
    """The timed matrix products among measurements, one per shape and format.

    A probe repeats what was disturbed: of several timings of one shape, an undisturbed one
    counts, and of those the quickest.
    """
    best: dict[tuple[str, str], Measurement] = {}
    for row in rows:
        if row.probe.startswith(CURVE) and row.unit == "s" and {"m", "n", "k"} <= set(row.params):
            shape = (row.probe, row.metric)
            best[shape] = min(best.get(shape, row), row, key=_disturbance)
    return list(best.values())


def gemm_point(row: Measurement) -> GemmPoint:
    """One timed product as the engine takes it."""
    return GemmPoint(
        m=int(row.params["m"]),
        n=int(row.params["n"]),
        k=int(row.params["k"]),
        dtype=str(row.params.get("dtype") or row.probe.removeprefix(CURVE)),
        seconds=row.value,
    )


def measured_product(row: Measurement) -> MeasuredProduct:
    """One timed product as something that corrects itself.

    The scatter of a disturbed timing is that of its own samples: half the log distance between
    their 5th and 95th percentiles, which covers nine in ten of them.
    """
    point = gemm_point(row)
    own = math.log(row.p95 / row.p05) / 2 if row.p05 and row.p95 else 0.0
    return MeasuredProduct(
        m=point.m,
        n=point.n,
        k=point.k,
        dtype=point.dtype,
        seconds=point.seconds,
        scatter=max(SCATTER, own),
    )


def is_disturbed(row: Measurement) -> bool:
    """Whether other work on the host got in the way of this timing."""
    return "contended" in row.flags


def _disturbance(row: Measurement) -> tuple[bool, float]:
    return is_disturbed(row), row.value


def figure_of(rows: Iterable[Measurement], probe: str, metric: str) -> float | None:
    """One named figure; None when the run has none."""
    found = (row.value for row in rows if row.probe == probe and row.metric == metric)
    return next(found, None)


def gemm_peaks(rows: Iterable[Measurement]) -> dict[str, float]:
    """The best rate per number format, FLOP/s."""
    peaks: dict[str, float] = {}
    for row in rows:
        parts = row.probe.split(".")
        if len(parts) == 3 and parts[0] == "gemm" and parts[2] == "peak":
            peaks[parts[1]] = max(row.value, peaks.get(parts[1], 0.0))
    return peaks
