"""The web side's Celery application: the ingest worker consumes what hosts report."""

import os

from celery import Celery

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
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 3600},
    worker_hijack_root_logger=False,
)
app.autodiscover_tasks()
