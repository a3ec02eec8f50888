"""Reads of what sizing keeps."""

import datetime as dt
from functools import lru_cache

from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import Device
from sizing.engine.calibration import Calibration as EngineCalibration
from sizing.engine.calibration import load_calibration
from sizing.engine.devices import DeviceCalibration
from sizing.models import Calibration, Sizing


def shipped_calibration() -> EngineCalibration:
    """The calibration that ships with the project; the engine reads it once per process."""
    return load_calibration()


def calibrations() -> QuerySet[Calibration]:
    """Every device calibration, newest first."""
    return Calibration.objects.select_related("device__host", "device__accelerator")


def newest_calibration(device: Device) -> Calibration | None:
    """The calibration that estimates on this device use."""
    return Calibration.objects.filter(device=device).first()


def device_calibration(device: Device) -> DeviceCalibration | None:
    """The newest calibration of a device as engine value."""
    row = newest_calibration(device)
    return None if row is None else DeviceCalibration.from_dict(row.parameters)


def catalog_devices() -> list[str]:
    """Slugs of the calibrations that speak for variants of the catalog, one for each variant.

    The newest of any device. A processor's variant is derived from its own host and stands in no
    list of what can be had, so its calibrations only speak where its device is named.
    """
    rows = Calibration.objects.filter(device__accelerator__derived=False)
    newest = rows.order_by("created_at", "pk").values_list("device__accelerator_id", "slug")
    return sorted(dict(newest).values())


@lru_cache(maxsize=8)
def calibration_with(slugs: tuple[str, ...]) -> EngineCalibration:
    """The shipped calibration where these calibrations of attached devices speak for variants."""
    rows = Calibration.objects.filter(slug__in=slugs).order_by("created_at", "pk")
    devices = [DeviceCalibration.from_dict(row.parameters) for row in rows]
    return shipped_calibration().with_devices(devices)


def newer_calibration(row: Calibration) -> Calibration | None:
    """The newest calibration of the same device, when this is not it."""
    newest = newest_calibration(row.device)
    return newest if newest is not None and newest.pk != row.pk else None


def sizings(now: dt.datetime | None = None) -> QuerySet[Sizing]:
    """Stored sizings that are still kept."""
    kept = Sizing.objects.kept(now or timezone.now())
    return kept.select_related("answer", "narrowing__before")
