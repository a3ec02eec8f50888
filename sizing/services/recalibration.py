"""From the measurements of a probe run to a new immutable calibration of its device."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import structlog
from django.db import transaction

from catalog.models import Device, Measurement
from sizing import adapters, selectors
from sizing.engine import ENGINE_VERSION
from sizing.engine.device_fitting import FEWEST_POINTS, fit_device
from sizing.engine.devices import DeviceCalibration
from sizing.engine.errors import InputError
from sizing.engine.estimate import estimate
from sizing.engine.fitting import GemmPoint
from sizing.engine.hardware import Accelerator, Deployment
from sizing.engine.workload import Gemm
from sizing.models import Calibration

CURVE = "gemm.curve."
REFUSED_FLAGS = frozenset({"contaminated", "error", "wrong_result", "not_repeatable", "throttled"})
REFUSED_VERDICTS = frozenset({"failed", "error", "contaminated"})

log = structlog.get_logger(__name__)


def recalibrate(*, device_id: int, run_id: str) -> Calibration | None:
    """Fit the device on what this run measured; None when that is too little.

    The same measurements and engine give the calibration that is already there.
    """
    device = Device.objects.select_related("accelerator__vendor", "host").get(pk=device_id)
    usable = [row for row in _measurements(device, run_id) if _is_usable(row)]
    points = gemm_points(usable)
    if device.accelerator is None or len(points) < FEWEST_POINTS:
        log.info("not_recalibrated", device=device_id, run=str(run_id), points=len(points))
        return None
    known = _existing(device, run_id, points)
    return known or _fit_and_store(device, run_id, points, usable)


def _measurements(device: Device, run_id: str) -> Iterable[Measurement]:
    rows = Measurement.objects.filter(device=device, run_id=run_id)
    return rows.order_by("probe", "metric", "repetition")


def _is_usable(row: Measurement) -> bool:
    flagged = REFUSED_FLAGS.intersection(row.flags)
    return row.value > 0 and not flagged and row.verdict not in REFUSED_VERDICTS


def gemm_points(rows: Iterable[Measurement]) -> list[GemmPoint]:
    """The timed matrix products among measurements."""
    return [
        GemmPoint(
            m=int(row.params["m"]),
            n=int(row.params["n"]),
            k=int(row.params["k"]),
            dtype=str(row.params.get("dtype") or row.probe.removeprefix(CURVE)),
            seconds=row.value,
        )
        for row in rows
        if row.probe.startswith(CURVE) and row.unit == "s" and {"m", "n", "k"} <= set(row.params)
    ]


def _existing(device: Device, run_id: str, points: list[GemmPoint]) -> Calibration | None:
    return Calibration.objects.filter(
        device=device,
        run_id=run_id,
        points_fingerprint=_fingerprint(points),
        engine_version=ENGINE_VERSION,
    ).first()


def _fingerprint(points: Iterable[GemmPoint]) -> str:
    rows = [[point.m, point.n, point.k, point.dtype, point.seconds] for point in points]
    return hashlib.sha256(json.dumps(sorted(rows)).encode()).hexdigest()


def _fit_and_store(
    device: Device, run_id: str, points: list[GemmPoint], rows: list[Measurement]
) -> Calibration | None:
    fingerprint = _fingerprint(points)
    slug = f"device-{device.pk}-{str(run_id)[:8]}-{fingerprint[:6]}"
    try:
        accelerator = adapters.accelerator_value(device.accelerator)
        fitted = _fit(accelerator, points, rows, slug, run_id)
    except InputError as error:
        log.warning("not_recalibrated", device=device.pk, run=str(run_id), reason=str(error))
        return None
    with transaction.atomic():
        stored, _ = Calibration.objects.get_or_create(
            device=device,
            run_id=run_id,
            points_fingerprint=fingerprint,
            engine_version=ENGINE_VERSION,
            defaults={
                "slug": slug,
                "parameters": fitted.to_dict(),
                "points": [_with_fit(point, accelerator, fitted) for point in points],
            },
        )
    log.info("recalibrated", device=device.pk, run=str(run_id), calibration=stored.slug)
    return stored


def _fit(
    accelerator: Accelerator,
    points: list[GemmPoint],
    rows: list[Measurement],
    slug: str,
    run_id: str,
) -> DeviceCalibration:
    return fit_device(
        points,
        accelerator=accelerator,
        slug=slug,
        runs=(str(run_id),),
        copy_bytes_per_s=_figure(rows, "mem.copy", "dram_bytes_per_s"),
        launch_s=_figure(rows, "host.launch", "issue_s"),
        peaks=_peaks(rows),
    )


def _figure(rows: Iterable[Measurement], probe: str, metric: str) -> float | None:
    found = (row.value for row in rows if row.probe == probe and row.metric == metric)
    return next(found, None)


def _peaks(rows: Iterable[Measurement]) -> dict[str, float]:
    """The best rate per number format, FLOP/s."""
    peaks: dict[str, float] = {}
    for row in rows:
        parts = row.probe.split(".")
        if len(parts) == 3 and parts[0] == "gemm" and parts[2] == "peak":
            peaks[parts[1]] = max(row.value, peaks.get(parts[1], 0.0))
    return peaks


def _with_fit(
    point: GemmPoint, accelerator: Accelerator, fitted: DeviceCalibration
) -> dict[str, Any]:
    """A measured point with what an estimate of it says from now on."""
    deployment = Deployment(
        accelerator=accelerator, count=1, per_node=1, interconnect="none", node_bytes_per_s=1e9
    )
    workload = Gemm(m=point.m, n=point.n, k=point.k, precision=point.dtype)
    calibration = selectors.shipped_calibration()
    latency = estimate(workload, deployment, None, calibration, fitted).metrics["latency_ms"]
    return {
        "m": point.m,
        "n": point.n,
        "k": point.k,
        "dtype": point.dtype,
        "measured_s": point.seconds,
        "fitted_s": latency.value / 1e3,
        "low_s": latency.low / 1e3,
        "high_s": latency.high / 1e3,
    }
