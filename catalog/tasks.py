"""Celery tasks of the catalog: thin shells around services."""

from celery import shared_task

from catalog.alerts.delivery import send_alerts

ROUND_LASTS_S = 20.0
"""A worker's task may take 50 s; the alert that is being sent then still ends in time."""


@shared_task(name="catalog.send_alerts")
def send_due_alerts() -> None:
    """One round of alerts."""
    send_alerts(budget_s=ROUND_LASTS_S)
