"""Celery tasks of the web side: thin shells around services."""

from typing import Any

from celery import shared_task
from django.db import OperationalError

from probes.services import ingest, silence

# A database that is locked or being restarted is worth waiting for: the letter is not lost.
RETRIES = {"max_retries": 20, "retry_backoff": 1, "retry_backoff_max": 30}


@shared_task(name="probes.ingest", autoretry_for=(OperationalError,), **RETRIES)
def ingest_letter(letter: dict[str, Any]) -> bool:
    """One letter from a host."""
    return ingest.receive(letter)


@shared_task(name="probes.end_silent_runs")
def end_silent_runs() -> int:
    """Ends runs whose host or worker will not end them."""
    return silence.end_silent_runs()


@shared_task(name="probes.forget_old_letters")
def forget_old_letters() -> int:
    """Keeps the replay guard small."""
    return silence.forget_old_letters()
