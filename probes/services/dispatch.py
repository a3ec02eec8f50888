"""Signed letters to hosts."""

from pathlib import Path
from typing import Any

import structlog
from celery import current_app
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from kombu.exceptions import OperationalError

from probes import joining, protocol, signing
from probes.models import ProbeRun

log = structlog.get_logger(__name__)

RUN_TASK = "probes.run"
CONTROL_SUFFIX = ".control"
#: A job not taken within this time is worth nothing any more: the run expires.
QUEUED_FOR_S = 1800
DEADLINE_S = 600
# A broker that is being restarted is back within a second or two.
RETRY_POLICY = {
    "max_retries": 6,
    "interval_start": 0.1,
    "interval_step": 0.3,
    "interval_max": 1.0,
}


class BrokerDown(RuntimeError):  # noqa: N818 - reads as the fact it states
    """A letter could not be handed to the broker."""


def server_key() -> Ed25519PrivateKey:
    """The key that signs every job of this installation, made on first use."""
    return signing.load_or_make_key(Path(settings.PROBE_KEYS_DIR) / "server.key")


def job_of(run: ProbeRun) -> protocol.Job:
    """The job that a run asks its host for."""
    return protocol.Job(
        run_id=str(run.pk),
        device_uuid=run.device.uuid,
        suite=run.suite,
        probes=tuple(run.probes),
        seed=run.seed,
        nonce=run.nonce,
        deadline_s=DEADLINE_S,
        force=run.force,
        sizes=run.sizes,
        products=tuple(protocol.Product(**product) for product in run.products),
    )


def send_job(run: ProbeRun) -> None:
    """Puts a run's job into its host's queue."""
    letter = _seal(run, "job", protocol.to_data(job_of(run)))
    _publish(run.device.host.queue, RUN_TASK, letter, task_id=str(run.pk), expires=QUEUED_FOR_S)


def send_cancel(run: ProbeRun) -> None:
    """Tells a run's host to drop it; read by the host even while it is busy."""
    letter = _seal(run, "cancel", {"run_id": str(run.pk)})
    queue = run.device.host.queue + CONTROL_SUFFIX
    _publish(queue, "probes.cancel", letter, expires=QUEUED_FOR_S)


def tell_who_asked(run: ProbeRun) -> None:
    """Says, by task name, that a run which timed named products has ended, however it did.

    Whoever asked also looks at the clock, so a message lost with the broker only costs patience.
    """
    arguments = [run.device_id, str(run.pk)]
    try:
        current_app.send_task(
            settings.PRODUCTS_TIMED_TASK, args=arguments, queue=settings.INGEST_QUEUE
        )
    except (OperationalError, OSError) as error:
        log.warning("probes.asker_not_told", run=str(run.pk), error=str(error))


def _seal(run: ProbeRun, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    reader = joining.job_reader(run.device.host.name)
    return signing.seal(payload, kind=kind, to=reader, key=server_key())


def _publish(queue: str, task: str, letter: dict[str, Any], **options: Any) -> None:
    try:
        current_app.send_task(
            task, args=[letter], queue=queue, retry=True, retry_policy=RETRY_POLICY, **options
        )
    except (OperationalError, OSError) as error:
        raise BrokerDown(str(error)) from error
