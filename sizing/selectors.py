"""Reads of what sizing keeps."""

import datetime as dt

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


def newer_calibration(row: Calibration) -> Calibration | None:
    """The newest calibration of the same device, when this is not it."""
    newest = newest_calibration(row.device)
    return newest if newest is not None and newest.pk != row.pk else None


def sizings(now: dt.datetime | None = None) -> QuerySet[Sizing]:
    """Stored sizings that are still kept."""
    return Sizing.objects.kept(now or timezone.now()).select_related("answer")
