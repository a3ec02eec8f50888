"""Tasks that other parts of the product send by name."""

from celery import shared_task
from django.conf import settings

from sizing.services import measuring, recalibration


@shared_task(name=settings.RECALIBRATE_TASK)
def recalibrate(device_id: int, run_id: str) -> str | None:
    """Fit a device on the measurements of one run; returns the calibration's slug, if any."""
    calibration = recalibration.recalibrate(device_id=device_id, run_id=run_id)
    return None if calibration is None else calibration.slug


@shared_task(name=settings.PRODUCTS_TIMED_TASK)
def products_timed(device_id: int, run_id: str) -> None:
    """A run that timed products for sizings has ended."""
    measuring.note_end(device_id=device_id, run_id=run_id)
