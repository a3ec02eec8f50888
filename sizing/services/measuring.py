"""Sizings that first ask attached devices for the few measurements that narrow them most."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog
from attrs import asdict
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from catalog.errors import NotMeasurable
from catalog.models import Device
from sizing import adapters, fleet, selectors
from sizing.engine.measuring.asking import Question, questions
from sizing.models import AskedRun, Narrowing, Sizing
from sizing.requests import as_object
from sizing.services.answers import (
    Grounds,
    recommended,
    saved,
    unsaved_answer,
    usual_grounds,
)
from sizing.services.sizings import StoredSizing, prune_sizings
from sizing.services.timed_products import keep_timed_products

log = structlog.get_logger(__name__)
PATIENCE = dt.timedelta(seconds=120)
"""After this a sizing is answered with what has arrived (contract section 3)."""
BUDGET_S = 60.0
"""What one device may be asked for: half the patience, the rest is for queues and start-up."""
NO_DEVICE = "No attached device is on line, so nothing was measured: start a probe worker."
NOT_RANKED = (
    "None of the attached devices on line is among the recommendations, so measuring would not "
    "have changed this answer."
)
KNOWN = "Everything that an attached device could tell about this answer is measured already."
TOO_LATE = "Not every device answered within {seconds:.0f} seconds."
NOTHING_TIMED = "{device} timed none of the products it was asked for."


def can_measure() -> bool:
    """Whether some device could be asked now."""
    return bool(_devices_on_line())


def size_and_measure(request: Any, *, owner: User) -> StoredSizing:
    """Answer, then ask attached devices for what would narrow that answer most.

    The sizing is `measuring` until they have answered or `PATIENCE` is over, and done at once
    where there is nothing to ask; `narrowing.reason` then says why.

    Raises:
        InputError: naming every wrong field; nothing is stored and nobody is asked.
    """
    body = as_object(request)
    devices = _devices_on_line()
    grounds = _grounds(devices.values())
    parsed, found = recommended(body, grounds)
    asked = questions(parsed.workload, found, grounds.calibration, devices, BUDGET_S)
    prune_sizings()
    narrowing = _stored(body, grounds, found, owner)
    problems = [_ask(narrowing, devices[one.accelerator], one, owner) for one in asked]
    reason = " ".join(filter(None, problems))
    if not asked:
        ranked = {item.finalist.supply.system.accelerator.slug for item in found.recommendations}
        reason = _why_nothing(devices, ranked)
    narrowing.reason = reason[:400]
    if not narrowing.runs.exists():
        narrowing.finished_at = timezone.now()
    narrowing.save()
    return StoredSizing(narrowing.sizing)


def _devices_on_line() -> dict[str, Device]:
    """One device for each variant, by slug."""
    rows = Device.objects.select_related("host", "accelerator__vendor").order_by("pk")
    found: dict[str, Device] = {}
    for device in rows.filter(accelerator__isnull=False):
        accelerator = device.accelerator
        if accelerator and device.host.is_online and adapters.is_sizable(accelerator):
            found.setdefault(accelerator.slug, device)
    return found


def _grounds(devices: Iterable[Device]) -> Grounds:
    """The usual grounds, where these devices speak for their variants and can be ranked."""
    usual = usual_grounds()
    slugs = list(usual.devices)
    systems = []
    for device in devices:
        newest = selectors.newest_calibration(device)
        if newest is not None:
            slugs.append(newest.slug)
        if device.accelerator is not None and device.accelerator.derived:
            systems.append(fleet.attached_system(device.accelerator))
    return usual.with_attached(systems, tuple(dict.fromkeys(slugs)))


@transaction.atomic
def _stored(body: Mapping[str, Any], grounds: Grounds, found: Any, owner: User) -> Narrowing:
    answer = saved(unsaved_answer(body, grounds, found))
    sizing = Sizing.objects.create(request=dict(body), answer=answer, owner=owner)
    return Narrowing.objects.create(sizing=sizing, before=answer)


def _ask(narrowing: Narrowing, device: Device, question: Question, owner: User) -> str:
    """Why the device could not be asked; empty where it was."""
    wanted = [{"m": one.m, "n": one.n, "k": one.k, "dtype": one.dtype} for one in question.products]
    time_products: Callable[..., str] = import_string(settings.TIME_PRODUCTS)
    try:
        run_id = time_products(device, wanted, requested_by=owner)
    except NotMeasurable as error:
        return f"{device.name} was not asked: {error}"
    AskedRun.objects.create(
        narrowing=narrowing,
        device=device,
        run_id=run_id,
        products=[asdict(one) for one in question.products],
    )
    log.info("measuring", sizing=narrowing.sizing_id, device=device.pk, products=len(wanted))
    return ""


def _why_nothing(devices: Mapping[str, Device], ranked: set[str]) -> str:
    if not devices:
        return NO_DEVICE
    return KNOWN if ranked.intersection(devices) else NOT_RANKED


def note_end(*, device_id: int, run_id: str) -> None:
    """A run that timed products has ended: keep them, and answer once all devices have.

    Called again for the same run it changes nothing.
    """
    calibration = keep_timed_products(device_id=device_id, run_id=run_id)
    run = AskedRun.objects.filter(run_id=run_id).first()
    if run is None:
        return
    with transaction.atomic():
        narrowing = Narrowing.objects.select_for_update().get(pk=run.narrowing_id)
        narrowing.runs.filter(pk=run.pk, ended_at=None).update(
            ended_at=timezone.now(), calibration=calibration
        )
        if narrowing.finished_at is None and not narrowing.runs.filter(ended_at=None).exists():
            _finish(narrowing)


def settle(sizing: Sizing) -> Sizing:
    """The sizing as it is now: one that has waited long enough is answered with what arrived."""
    narrowing = getattr(sizing, "narrowing", None)
    if narrowing is None or narrowing.finished_at is not None:
        return sizing
    if timezone.now() - narrowing.asked_at <= PATIENCE:
        return sizing
    with transaction.atomic():
        locked = Narrowing.objects.select_for_update().get(pk=narrowing.pk)
        if locked.finished_at is None:
            _finish(locked, TOO_LATE.format(seconds=PATIENCE.total_seconds()))
    return selectors.sizings().get(pk=sizing.pk)


def _finish(narrowing: Narrowing, late: str = "") -> None:
    """Answer again on the calibrations that the asked devices have now."""
    runs = list(narrowing.runs.select_related("device__host", "device__accelerator__vendor"))
    reasons = [narrowing.reason, late, *(_silence(run) for run in runs)]
    sizing = narrowing.sizing
    if any(run.calibration_id for run in runs):
        asked = {run.device.accelerator.slug: run.device for run in runs if run.device.accelerator}
        grounds = _grounds({**_devices_on_line(), **asked}.values())
        found = recommended(sizing.request, grounds)[1]
        sizing.answer = saved(unsaved_answer(sizing.request, grounds, found))
        sizing.save(update_fields=["answer"])
    narrowing.reason = " ".join(filter(None, reasons))[:400]
    narrowing.finished_at = timezone.now()
    narrowing.save(update_fields=["reason", "finished_at"])
    log.info("measured", sizing=sizing.pk, runs=len(runs))


def _silence(run: AskedRun) -> str:
    if run.ended_at is None or run.calibration_id is not None:
        return ""
    return NOTHING_TIMED.format(device=run.device.name)
