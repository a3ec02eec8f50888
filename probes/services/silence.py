"""Runs must end: what becomes of them when a worker restarts, forgets them or goes silent."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from catalog.models import Host
from probes import joining
from probes.models import Enrolment, ProbeRun, SeenLetter
from probes.services.dispatch import QUEUED_FOR_S
from probes.services.runs import end_run
from probes.signing import MAX_AGE_S, MAX_CLOCK_LEAD_S
from probes.states import RunStatus

#: The worker's own hard limit is 720 s; what still runs after this has no worker any more.
LONGEST_RUN_S = 900
# A report may be on its way when the heartbeat no longer names its run.
UNNAMED_FOR_S = 90
#: The clock asks every 5 s; where it did not for so long, the broker or this side was down.
DEAF_AFTER_S = 30


def begin_session(
    enrolment: Enrolment, host: Host, session: str, *, not_lost: Collection[uuid.UUID] = ()
) -> None:
    """A worker process introduced itself: runs of an earlier process of that host are lost.

    Not lost are those whose reports it still has to send. An introduction that comes late, after
    that of a younger process, says nothing any more.
    """
    known = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if joining.began_before(session, known.session):
        return
    lost = ProbeRun.objects.filter(device__host=host, status=RunStatus.RUNNING)
    for run in lost.exclude(session=session).exclude(pk__in=not_lost):
        if joining.began_before(session, run.session):
            continue
        reason = f"The probe worker of {host.name} stopped in the middle of this run."
        end_run(run.pk, RunStatus.FAILED, reason=reason)
    if known.session != session:
        known.session = session
        known.save(update_fields=["session"])


def note_heartbeat(host: Host, busy_with: Collection[uuid.UUID]) -> None:
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


def end_silent_runs(*, hearing_since: dt.datetime | None = None) -> int:
    """Ends every run that nobody will finish; gives how many ended.

    `hearing_since` is when this side began to hear hosts again: what happened before, while the
    broker or the ingest worker was down, is no silence of theirs.
    """
    now = timezone.now()
    return sum(
        end_run(run.pk, status, reason=reason.format(host=run.device.host.name))
        for runs, status, reason in _hopeless(now, hearing_since)
        for run in runs.select_related("device__host")
    )


class Hearing:
    """Since when this process has been asked regularly, so that hosts could be heard."""

    def __init__(self) -> None:
        self.since = self.last = dt.datetime.min.replace(tzinfo=dt.UTC)

    def note(self, now: dt.datetime) -> dt.datetime:
        """Called at every look; a long pause between two means that hosts were not heard."""
        if now - self.last > dt.timedelta(seconds=DEAF_AFTER_S):
            self.since = now
        self.last = now
        return self.since


def _hopeless(now: dt.datetime, hearing_since: dt.datetime | None) -> list:
    silent_since = now - dt.timedelta(seconds=settings.HOST_OFFLINE_AFTER_S)
    running = ProbeRun.objects.filter(status=RunStatus.RUNNING)
    silent = running.filter(
        Q(device__host__last_heartbeat_at=None)
        | Q(device__host__last_heartbeat_at__lt=silent_since),
        heard_at__lt=silent_since,
    )
    endless = running.filter(started_at__lt=now - dt.timedelta(seconds=LONGEST_RUN_S))
    if hearing_since is not None and hearing_since > silent_since:
        silent = silent.none()
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
