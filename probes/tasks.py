"""Celery tasks of the web side: thin shells around services."""

from typing import Any

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from probes.services import ingest, silence

# A database that is locked or being restarted is worth waiting for: the letter is not lost.
MOST_RETRIES = 20
LONGEST_PAUSE_S = 30
HEARING = silence.Hearing()


@shared_task(
    name="probes.ingest",
    autoretry_for=(OperationalError,),
    max_retries=MOST_RETRIES,
    retry_backoff=True,
    retry_backoff_max=LONGEST_PAUSE_S,
)
def ingest_letter(letter: dict[str, Any]) -> bool:
    """One letter from a host."""
    return ingest.receive(letter)


@shared_task(name="probes.end_silent_runs")
def end_silent_runs() -> int:
    """Ends runs whose host or worker will not end them."""
    return silence.end_silent_runs(hearing_since=HEARING.note(timezone.now()))


@shared_task(name="probes.forget_old_letters")
def forget_old_letters() -> int:
    """Keeps the replay guard small."""
    return silence.forget_old_letters()
