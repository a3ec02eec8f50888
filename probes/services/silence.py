"""Runs must end: what becomes of them when a worker restarts, forgets them or goes silent."""

import datetime as dt

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from catalog.models import Host
from probes.models import Enrolment, ProbeRun, SeenLetter
from probes.services.dispatch import QUEUED_FOR_S
from probes.services.runs import end_run
from probes.signing import MAX_AGE_S, MAX_CLOCK_LEAD_S
from probes.states import RunStatus

#: The worker's own hard limit is 720 s; what still runs after this has no worker any more.
LONGEST_RUN_S = 900
# A report may be on its way when the heartbeat no longer names its run.
UNNAMED_FOR_S = 90


def begin_session(enrolment: Enrolment, host: Host, session: str) -> None:
    """A worker process introduced itself: runs of an earlier process of that host are lost."""
    lost = ProbeRun.objects.filter(device__host=host, status=RunStatus.RUNNING)
    for run in lost.exclude(session=session):
        reason = f"The probe worker of {host.name} stopped in the middle of this run."
        end_run(run.pk, RunStatus.FAILED, reason=reason)
    if enrolment.session != session:
        enrolment.session = session
        enrolment.save(update_fields=["session"])


def note_heartbeat(host: Host, busy_with: set[str]) -> None:
    """The host is there; a run that its worker no longer names has failed."""
    now = timezone.now()
    Host.objects.filter(pk=host.pk).update(last_heartbeat_at=now)
    host.devices.update(last_seen_at=now)
    forgotten = ProbeRun.objects.filter(
        device__host=host,
        status=RunStatus.RUNNING,
        heard_at__lt=now - dt.timedelta(seconds=UNNAMED_FOR_S),
    ).exclude(pk__in=busy_with)
    for run in forgotten:
        reason = f"The probe worker of {host.name} no longer works on this run."
        end_run(run.pk, RunStatus.FAILED, reason=reason)


def end_silent_runs() -> int:
    """Ends every run that nobody will finish; gives how many ended."""
    now = timezone.now()
    return sum(
        end_run(run.pk, status, reason=reason.format(host=run.device.host.name))
        for runs, status, reason in _hopeless(now)
        for run in runs.select_related("device__host")
    )


def _hopeless(now: dt.datetime) -> list:
    silent_since = now - dt.timedelta(seconds=settings.HOST_OFFLINE_AFTER_S)
    running = ProbeRun.objects.filter(status=RunStatus.RUNNING)
    silent = running.filter(
        Q(device__host__last_heartbeat_at=None)
        | Q(device__host__last_heartbeat_at__lt=silent_since),
        heard_at__lt=silent_since,
    )
    endless = running.filter(started_at__lt=now - dt.timedelta(seconds=LONGEST_RUN_S))
    untaken = ProbeRun.objects.filter(
        status=RunStatus.QUEUED, requested_at__lt=now - dt.timedelta(seconds=QUEUED_FOR_S)
    )
    return [
        (silent, RunStatus.FAILED, "The host {host} went silent in the middle of this run."),
        (endless, RunStatus.FAILED, f"The run took longer than {LONGEST_RUN_S // 60} minutes."),
        (
            untaken,
            RunStatus.EXPIRED,
            f"The host {{host}} did not take the run within {QUEUED_FOR_S // 60} minutes.",
        ),
    ]


def forget_old_letters() -> int:
    """Drops nonces of letters that are too old to be accepted again anyway."""
    oldest = timezone.now() - dt.timedelta(seconds=MAX_AGE_S + 2 * MAX_CLOCK_LEAD_S)
    return SeenLetter.objects.filter(seen_at__lt=oldest).delete()[0]
