"""From products that a device timed to a new calibration that holds them."""

import structlog

from catalog.models import Device
from sizing import selectors
from sizing.engine.devices import DeviceCalibration
from sizing.engine.errors import InputError
from sizing.measurements import gemm_point, gemm_timings, measured_product, usable_measurements
from sizing.models import Calibration
from sizing.services.recalibration import (
    check_finite,
    fingerprint_of,
    stored_calibration,
    with_fit,
)

log = structlog.get_logger(__name__)


def keep_timed_products(*, device_id: int, run_id: str) -> Calibration | None:
    """The device's newest calibration with what this run timed; None when it timed nothing.

    The rooflines stay as they are: few shapes cannot tell their parameters apart.
    """
    device = Device.objects.select_related("accelerator").get(pk=device_id)
    timings = gemm_timings(usable_measurements(device, run_id))
    if not timings or device.accelerator is None:
        log.info("nothing_timed", device=device_id, run=run_id)
        return None
    fingerprint = fingerprint_of([gemm_point(row) for row in timings])
    slug = f"device-{device.pk}-{run_id[:8]}-{fingerprint[:8]}"
    known = Calibration.objects.filter(slug=slug).first()
    if known is not None:
        return known
    usual = DeviceCalibration(slug=slug, accelerator=device.accelerator.slug)
    base = selectors.device_calibration(device) or usual
    joined = base.with_products(map(measured_product, timings), slug=slug, run=run_id)
    points = with_fit(timings, joined)
    try:
        check_finite(joined, points)
    except InputError as error:
        log.warning("products_refused", device=device_id, run=run_id, reason=str(error))
        return None
    return stored_calibration(device, run_id, fingerprint, slug, joined, points)
