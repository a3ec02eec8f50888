"""How a run moves: started, progress, results, report. All of it may arrive twice."""

import uuid
from collections.abc import Mapping
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog.models import Host
from probes import verification
from probes.models import ProbeRun
from probes.protocol import ProbeResult, Progress, Report, to_data
from probes.services import results
from probes.services.runs import move_run
from probes.services.verdicts import note_verdict
from probes.signing import Refused
from probes.states import RunStatus


def note_start(host: Host, *, run_id: str, session: str) -> None:
    """The host's worker took the job."""
    run = locked_run(host, run_id)
    now = timezone.now()
    move_run(run, RunStatus.RUNNING, session=session, started_at=now, heard_at=now)


def note_progress(host: Host, progress: Progress) -> None:
    """How far the run is; an older message never takes the bar back."""
    run = locked_run(host, progress.run_id)
    if not run.is_active or progress.fraction < run.progress.get("fraction", 0.0):
        return
    run.progress = {**to_data(progress), "fraction": progress.fraction}
    run.heard_at = timezone.now()
    run.save(update_fields=["progress", "heard_at"])


def store_result(host: Host, result: ProbeResult) -> None:
    """One probe's outcome, kept while the run goes on."""
    run = locked_run(host, result.run_id)
    if run.is_active:
        results.store(run, result)


def store_report(host: Host, report: Report) -> None:
    """The end of a run with all its results; then the device is calibrated anew."""
    run = locked_run(host, report.run_id)
    _check_answers(run, report)
    if not run.is_active:
        return
    for result in report.results:
        results.store(run, result)
    verdict, why = verification.final_verdict(report, seed=run.seed, nonce=run.nonce)
    move_run(
        run,
        RunStatus(report.status),
        reason=report.reason or why,
        verdict=verdict,
        report=to_data(report),
        hardware=verification.hardware_of(run.device),
        finished_at=timezone.now(),
    )
    note_verdict(host)
    if report.status == RunStatus.SUCCEEDED and run.sizes == "device" and not run.products:
        transaction.on_commit(lambda: recalibrate(run))


def keep_letter(host: Host, run_id: str, letter: Mapping[str, Any]) -> None:
    """Keeps the signed letter of the report that ended a run, for whoever wants to check it."""
    run = locked_run(host, run_id)
    if run.letter is None and run.report is not None:
        run.letter = dict(letter)
        run.save(update_fields=["letter"])


def recalibrate(run: ProbeRun) -> None:
    """Asks the sizing side, by task name, for a calibration from this run's measurements."""
    current_app.send_task(
        settings.RECALIBRATE_TASK, args=[run.device_id, str(run.pk)], queue=settings.INGEST_QUEUE
    )


def locked_run(host: Host, run_id: str) -> ProbeRun:
    """The host's own run; `Refused` when there is none or it belongs to another host."""
    try:
        key = uuid.UUID(run_id)
    except ValueError:
        raise Refused("run_id is no UUID") from None
    rows = ProbeRun.objects.select_for_update(of=("self",)).select_related("device")
    run = rows.filter(pk=key, device__host=host).first()
    if run is None:
        raise Refused(f"{host.name} has no run {run_id}")
    return run


def _check_answers(run: ProbeRun, report: Report) -> None:
    if report.device_uuid != run.device.uuid:
        raise Refused("the report is about another device than the run")
    if report.nonce != run.nonce:
        raise Refused("the report does not repeat the run's nonce")
