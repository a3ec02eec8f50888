"""The ways that news take; each says how it greets, reminds and tells."""

import datetime as dt
from collections.abc import Callable

from attrs import frozen

from catalog.alerts import mail, webhook
from catalog.alerts.news import Digest
from catalog.models import Alert

REMINDED_BEFORE = dt.timedelta(days=7)


@frozen(kw_only=True)
class Channel:
    """One way; every sending raises `NotSent` when it failed.

    Attributes:
        greet: makes sure that the destination wants the alert.
        confirms: whether a greeting that was taken says so; else somebody has to press a button
            on the page that it leads to.
        remind: says that the alert lapses soon.
        tell: tells the news.
    """

    greet: Callable[[Alert], None]
    confirms: bool
    remind: Callable[[Alert], None]
    tell: Callable[[Alert, Digest], None]


CHANNELS: dict[str, Channel] = {
    Alert.Channel.EMAIL: Channel(
        greet=mail.send_greeting,
        confirms=False,
        remind=mail.send_reminder,
        tell=mail.send_digest,
    ),
    Alert.Channel.WEBHOOK: Channel(
        greet=webhook.send_hello,
        confirms=True,
        remind=webhook.send_reminder,
        tell=webhook.send_digest,
    ),
}


def of(alert: Alert) -> Channel:
    """The way of this alert."""
    return CHANNELS[alert.channel]
