"""`manage.py send_alerts`: one round of alerts, for cron or a timer."""

from typing import Any

from django.core.management.base import BaseCommand

from catalog.alerts.delivery import send_alerts


class Command(BaseCommand):
    help = "Sends the mails and webhooks that alerts on offers have due. Safe to run twice at once."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Alerts: {send_alerts()}.")
