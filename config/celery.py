"""The web side's Celery application: the ingest worker consumes what hosts report."""

import os

from celery import Celery
from celery.signals import beat_embedded_init, worker_process_init

from config.broker import INGEST_TRANSPORT_OPTIONS
from config.stack.lifeline import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("ridgeline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_default_queue="ingest",
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    task_time_limit=50,
    worker_enable_remote_control=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    # Longer than the time limit above, so that no live task is given out twice.
    broker_transport_options=INGEST_TRANSPORT_OPTIONS,
    worker_hijack_root_logger=False,
    beat_schedule={
        "end-silent-runs": {
            "task": "probes.end_silent_runs",
            "schedule": 5.0,
            "options": {"expires": 5},
        },
        "forget-old-letters": {
            "task": "probes.forget_old_letters",
            "schedule": 600.0,
            "options": {"expires": 600},
        },
        "send-alerts": {
            "task": "catalog.send_alerts",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
    },
)
app.autodiscover_tasks()


@worker_process_init.connect
@beat_embedded_init.connect
def _die_with_parent(**_: object) -> None:
    # A killed worker must not leave its pool or its clock behind.
    die_with_parent()
