"""One job from its letter to its report."""

import logging
import time
from collections.abc import Callable
from typing import Any

import attrs
from celery.exceptions import SoftTimeLimitExceeded

from probes import signing
from probes.agent.runner import run_job
from probes.agent.version import agent_version
from probes.agent.worker.claims import Claims
from probes.agent.worker.identity import Identity
from probes.agent.worker.outbox import Outbox
from probes.protocol import (
    DeviceInfo,
    HostInfo,
    Job,
    ProbeResult,
    Progress,
    ProtocolError,
    Report,
    from_data,
    from_json,
    to_data,
    to_json,
)

log = logging.getLogger(__name__)
PROGRESS_EVERY_S = 0.5
DEVICES_FILE = "devices.json"

Runner = Callable[..., Report]


@attrs.define(kw_only=True)
class Desk:
    """What a job needs of its worker. `is_stopping` becomes true at the worker's shutdown."""

    identity: Identity
    claims: Claims
    outbox: Outbox
    is_stopping: Callable[[], bool] = lambda: False
    runner: Runner = run_job

    def remember_devices(self, host: HostInfo) -> None:
        """Keep what was found here, so that the task's process need not search again."""
        draft = self.identity.folder / ".devices"
        draft.write_text(to_json(host), encoding="utf-8")
        draft.rename(self.identity.folder / DEVICES_FILE)

    def find_device(self, uuid: str) -> DeviceInfo | None:
        """A device of the last inventory; None leaves the search to the runner."""
        try:
            text = (self.identity.folder / DEVICES_FILE).read_text(encoding="utf-8")
            devices = from_json(HostInfo, text).devices
        except (OSError, ProtocolError):
            return None
        return next((device for device in devices if device.uuid == uuid), None)


def perform(desk: Desk, letter: Any) -> None:
    """Check a letter, run its job, and leave the report in the outbox.

    A letter that is not the server's, too old, or about a run taken before, is logged and dropped.
    """
    try:
        job = from_data(Job, open_from_server(desk.identity, letter, "job").payload)
    except (signing.Refused, ProtocolError) as error:
        log.warning("job refused: %s", error)
        return
    if not desk.claims.take(job):
        log.warning("run %s was taken or cancelled before; not started again", job.run_id)
        return
    desk.outbox.put("started", {"run_id": job.run_id, "session": desk.claims.session})
    report(desk, job, _run(desk, job))


def report(desk: Desk, job: Job, outcome: Report) -> None:
    """Leave a run's only report in the outbox."""
    if desk.claims.finish(job.run_id):
        desk.outbox.put("report", to_data(outcome))


def open_from_server(identity: Identity, letter: Any, kind: str) -> signing.Letter:
    """A letter of `kind` that the server signed for this host; else `Refused`."""
    opened = signing.open_letter(letter, to=identity.queue, find_key=identity.find_server_key)
    if opened.kind != kind:
        raise signing.Refused(f"a letter of kind {opened.kind!r}, not {kind!r}")
    return opened


def _run(desk: Desk, job: Job) -> Report:
    started = time.time()
    try:
        outcome = desk.runner(
            job,
            _Stream(desk.outbox),
            device=desk.find_device(job.device_uuid),
            should_stop=lambda: desk.is_stopping() or desk.claims.is_cancelled(job.run_id),
        )
    except SoftTimeLimitExceeded:
        return failed(job, "the run took longer than its time limit", started)
    except Exception as error:
        log.exception("run %s failed", job.run_id)
        return failed(job, f"{type(error).__name__}: {error}", started)
    if outcome.status == "cancelled" and not desk.claims.is_cancelled(job.run_id):
        return outcome.evolve(status="failed", reason="the probe worker was stopped")
    return outcome


def failed(job: Job, reason: str, started_unix_s: float) -> Report:
    """The report of a run that has no results to show."""
    return Report(
        run_id=job.run_id,
        device_uuid=job.device_uuid,
        suite=job.suite,
        status="failed",
        reason=reason[:2000],
        seed=job.seed,
        nonce=job.nonce,
        agent_version=agent_version(),
        started_unix_s=started_unix_s,
        finished_unix_s=time.time(),
    )


@attrs.define
class _Stream:
    """Passes results on at once and progress at a pace that disturbs no measurement."""

    outbox: Outbox
    last_probe: str = ""
    last_at: float = 0.0

    def __call__(self, message: Progress | ProbeResult) -> None:
        if isinstance(message, ProbeResult):
            self.outbox.put("result", to_data(message))
            return
        now = time.monotonic()
        if message.probe == self.last_probe and now - self.last_at < PROGRESS_EVERY_S:
            return
        self.last_probe, self.last_at = message.probe, now
        self.outbox.put("progress", to_data(message), replace=f"progress-{message.run_id}")
