"""The ways that news take; each says how it greets, reminds and tells."""

import datetime as dt
from typing import Protocol

from catalog.alerts import mail, webhook
from catalog.alerts.news import Digest
from catalog.models import Alert
from catalog.models.alert import LASTS

REMINDED_BEFORE = dt.timedelta(days=7)


class Channel(Protocol):
    """One way; every sending raises `NotSent` when it failed."""

    def greet(self, alert: Alert) -> None:
        """Makes sure that the destination wants the alert."""

    def after_greeting(self, now: dt.datetime) -> dict[str, object]:
        """Fields of the alert that a greeting sets, beside that it happened."""

    def remind(self, alert: Alert) -> None:
        """Says that the alert lapses soon."""

    def tell(self, alert: Alert, digest: Digest) -> None:
        """Tells the news."""


class Email:
    """Somebody has to press a button on the page that the greeting leads to."""

    def greet(self, alert: Alert) -> None:
        mail.send_greeting(alert)

    def after_greeting(self, now: dt.datetime) -> dict[str, object]:
        return {}

    def remind(self, alert: Alert) -> None:
        mail.send_reminder(alert)

    def tell(self, alert: Alert, digest: Digest) -> None:
        mail.send_digest(alert, digest)


class Webhook:
    """A server that answers the greeting wants the alert; nobody has to press anything."""

    def greet(self, alert: Alert) -> None:
        webhook.send_hello(alert)

    def after_greeting(self, now: dt.datetime) -> dict[str, object]:
        confirmed = {"confirmed_at": now, "expires_at": now + LASTS}
        return {"state": Alert.State.ACTIVE, **confirmed}

    def remind(self, alert: Alert) -> None:
        webhook.send_reminder(alert)

    def tell(self, alert: Alert, digest: Digest) -> None:
        webhook.send_digest(alert, digest)


CHANNELS: dict[str, Channel] = {Alert.Channel.EMAIL: Email(), Alert.Channel.WEBHOOK: Webhook()}


def of(alert: Alert) -> Channel:
    """The way of this alert."""
    return CHANNELS[alert.channel]
