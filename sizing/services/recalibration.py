"""From the measurements of a probe run to a new immutable calibration of its device."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from typing import Any

import structlog
from attrs import evolve
from django.db import transaction
from django.utils import timezone

from catalog.models import Device, Measurement
from sizing import adapters, selectors
from sizing.engine import ENGINE_VERSION
from sizing.engine.device_fitting import FEWEST_POINTS, fit_device
from sizing.engine.devices import DeviceCalibration
from sizing.engine.errors import InputError
from sizing.engine.fitting import GemmPoint
from sizing.engine.hardware import Accelerator
from sizing.engine.measured_products import MeasuredProduct
from sizing.measurements import (
    figure_of,
    gemm_peaks,
    gemm_point,
    gemm_timings,
    is_disturbed,
    usable_measurements,
)
from sizing.models import Calibration

log = structlog.get_logger(__name__)
PRODUCTS_LAST = dt.timedelta(days=90)
"""As long as a verdict on a device lasts."""


def recalibrate(*, device_id: int, run_id: str) -> Calibration | None:
    """Fit the device on what this run measured; None when that is too little.

    The same measurements and engine give the calibration that is already there.
    """
    device = Device.objects.select_related("accelerator__vendor", "host").get(pk=device_id)
    rows = usable_measurements(device, run_id)
    try:
        calibration = _fitted(device, str(run_id), rows)
    except InputError as error:
        log.info("not_recalibrated", device=device_id, run=str(run_id), reason=str(error))
        return None
    log.info("recalibrated", device=device_id, run=str(run_id), calibration=calibration.slug)
    return calibration


def _fitted(device: Device, run_id: str, rows: list[Measurement]) -> Calibration:
    timings = gemm_timings(rows)
    points = [gemm_point(row) for row in timings]
    if device.accelerator is None:
        raise InputError.of("device", "unidentified", "The catalog does not know this device.")
    if len(points) < FEWEST_POINTS:
        raise InputError.of("points", "too_few", f"The run has {len(points)} timed products.")
    fingerprint = fingerprint_of(points)
    slug = f"device-{device.pk}-{run_id[:8]}-{fingerprint[:8]}"
    known = Calibration.objects.filter(slug=slug).first()
    if known is not None:
        return known
    accelerator = adapters.accelerator_value(device.accelerator)
    fitted = _fit(accelerator, points, rows, slug, run_id)
    fitted = evolve(fitted, products=_still_good_products(device))
    points_with_fit = with_fit(timings, fitted)
    check_finite(fitted, points_with_fit)
    return stored_calibration(device, run_id, fingerprint, slug, fitted, points_with_fit)


def _still_good_products(device: Device) -> tuple[MeasuredProduct, ...]:
    """Products that were timed on the device not too long ago, whatever its roofline is now."""
    newest = selectors.newest_calibration(device)
    if newest is None or timezone.now() - newest.created_at > PRODUCTS_LAST:
        return ()
    return DeviceCalibration.from_dict(newest.parameters).products


def fingerprint_of(points: Iterable[GemmPoint]) -> str:
    """Of everything that a fit depends on; another engine makes another calibration."""
    rows = [[point.m, point.n, point.k, point.dtype, point.seconds] for point in points]
    return hashlib.sha256(json.dumps([ENGINE_VERSION, sorted(rows)]).encode()).hexdigest()


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
        runs=(run_id,),
        copy_bytes_per_s=figure_of(rows, "mem.copy", "dram_bytes_per_s"),
        launch_s=figure_of(rows, "host.launch", "issue_s"),
        peaks=gemm_peaks(rows),
    )


def check_finite(fitted: DeviceCalibration, points: list[dict[str, Any]]) -> None:
    """A fit that ran away must not become an answer, nor JSON that no database takes."""
    try:
        json.dumps([fitted.to_dict(), points], allow_nan=False)
    except ValueError:
        raise InputError.of("points", "no_fit", "The points allow no finite fit.") from None


@transaction.atomic
def stored_calibration(
    device: Device,
    run_id: str,
    fingerprint: str,
    slug: str,
    fitted: DeviceCalibration,
    points: list[dict[str, Any]],
) -> Calibration:
    """The row of a new calibration, or the one that is there already."""
    # Two deliveries of one message may fit at the same time; the first row stays.
    stored, _ = Calibration.objects.get_or_create(
        slug=slug,
        defaults={
            "device": device,
            "run_id": run_id,
            "points_fingerprint": fingerprint,
            "engine_version": ENGINE_VERSION,
            "parameters": fitted.to_dict(),
            "points": points,
        },
    )
    return stored


def with_fit(timings: Iterable[Measurement], fitted: DeviceCalibration) -> list[dict[str, Any]]:
    """Timings, each with the time that the fit gives it; formats without a fit are left out."""
    shown = [(gemm_point(row), is_disturbed(row)) for row in timings]
    return [
        _point(point, disturbed, fitted) for point, disturbed in shown if point.dtype in fitted.fits
    ]


def _point(point: GemmPoint, disturbed: bool, fitted: DeviceCalibration) -> dict[str, Any]:
    seconds, low, high = fitted.gemm_seconds(point.m, point.n, point.k, point.dtype)
    return {
        "m": point.m,
        "n": point.n,
        "k": point.k,
        "dtype": point.dtype,
        "measured_s": point.seconds,
        "disturbed": disturbed,
        "fitted_s": seconds,
        "low_s": low,
        "high_s": high,
    }
