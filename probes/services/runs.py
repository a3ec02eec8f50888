"""Asking for runs, ending them, and nothing else that moves their status."""

from collections.abc import Sequence
from typing import Any

import structlog
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils import timezone

from catalog.models import Device
from probes.models import ProbeRun
from probes.protocol import PROBES, SUITES, Product, to_data
from probes.services import dispatch
from probes.services.errors import RunRefused
from probes.states import RunStatus, may_move

log = structlog.get_logger(__name__)
# More than an operator means to queue; a script in a loop meets it before the host drowns.
MOST_WAITING = 20


@transaction.atomic
def request_probe(
    *,
    device: Device,
    suite: str = "quick",
    probes: Sequence[str] = (),
    requested_by: User | AnonymousUser | None = None,
    sizes: str = "device",
    products: Sequence[Product] = (),
    force: bool = False,
) -> ProbeRun:
    """Queues a run and, once the row is safe, sends the job to the device's host.

    Raises `RunRefused` for an unknown suite or probe, a silent host, too many waiting runs, or
    `force` from somebody who is no member of staff.
    """
    _check_names(suite, probes)
    _check_force(force, requested_by)
    _check_device(device)
    run = ProbeRun.objects.create(
        device=device,
        suite=suite,
        probes=list(probes),
        sizes=sizes,
        products=[to_data(product) for product in products],
        force=force,
        requested_by=requested_by if requested_by and requested_by.is_authenticated else None,
    )
    transaction.on_commit(lambda: _send(run))
    log.info("probes.requested", run=str(run.pk), device=device.pk, suite=suite)
    return run


def _check_names(suite: str, probes: Sequence[str]) -> None:
    if suite not in SUITES:
        raise RunRefused("suite", "unknown_suite", f"{suite!r} is none of {', '.join(SUITES)}.")
    for probe in probes:
        if probe not in PROBES:
            known = ", ".join(PROBES)
            raise RunRefused("probes", "unknown_probe", f"{probe!r} is none of {known}.")
    if len(set(probes)) != len(probes):
        raise RunRefused("probes", "duplicate", "A probe is named twice; name each once.")


def _check_force(force: bool, requested_by: User | AnonymousUser | None) -> None:
    if force and not (requested_by and requested_by.is_staff):
        raise RunRefused(
            "force",
            "not_allowed",
            "Only staff may run probes on a device that somebody uses. Ask without force, or ask "
            "an operator.",
        )


def _check_device(device: Device) -> None:
    if not device.host.is_online:
        raise RunRefused(
            "device",
            "host_offline",
            f"The host {device.host.name} is offline. Start its probe worker "
            "(python -m probes.agent worker) and ask again.",
        )
    waiting = ProbeRun.objects.filter(device__host=device.host, status=RunStatus.QUEUED).count()
    if waiting >= MOST_WAITING:
        raise RunRefused(
            "device",
            "too_many_waiting",
            f"{waiting} runs wait for {device.host.name}. Cancel some, or wait for them to end.",
        )


def _send(run: ProbeRun) -> None:
    try:
        dispatch.send_job(run)
    except dispatch.BrokerDown as error:
        log.warning("probes.job_not_sent", run=str(run.pk), error=str(error))
        end_run(run.pk, RunStatus.FAILED, reason="The broker did not take the job. Ask again.")


def cancel_run(run: ProbeRun) -> ProbeRun:
    """Ends a run by order of a user; its host is told to stop. Ended runs are refused."""
    host_may_be_busy = run.status == RunStatus.RUNNING
    if not end_run(run.pk, RunStatus.CANCELLED, reason="Cancelled on request."):
        run.refresh_from_db()
        raise RunRefused(
            "status", "already_ended", f"The run has ended already: it is {run.status}."
        )
    run.refresh_from_db()
    try:
        dispatch.send_cancel(run)
    except dispatch.BrokerDown as error:
        log.warning(
            "probes.cancel_not_sent", run=str(run.pk), busy=host_may_be_busy, why=str(error)
        )
    return run


def end_run(run_id: Any, status: RunStatus, *, reason: str, **fields: Any) -> bool:
    """Moves a run to an end, if it has not ended yet; says whether it did."""
    with transaction.atomic():
        run = ProbeRun.objects.select_for_update().get(pk=run_id)
        return move_run(run, status, reason=reason, finished_at=timezone.now(), **fields)


def move_run(run: ProbeRun, status: RunStatus, **fields: Any) -> bool:
    """Moves a locked run forward and stores `fields`; a move backwards changes nothing."""
    if not may_move(run.status, status):
        return False
    log.info("probes.run_moved", run=str(run.pk), before=run.status, after=str(status))
    for name, value in {**fields, "status": status}.items():
        setattr(run, name, value)
    run.save(update_fields=["status", *fields])
    if run.products and not run.is_active:
        transaction.on_commit(lambda: dispatch.tell_who_asked(run))
    return True
