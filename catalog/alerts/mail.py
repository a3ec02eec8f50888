"""Mails of alerts: plain text, a reason, and a way out with one click (RFC 8058)."""

import smtplib
import uuid
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from catalog.alerts.errors import NotSent
from catalog.alerts.links import absolute, unsubscribe_url
from catalog.alerts.news import Digest
from catalog.alerts.watched import pairs
from catalog.alerts.wording import lines_of, plain, subject
from catalog.models import Alert

NO_MAIL = "This installation sends no mail at present"


def send_greeting(alert: Alert) -> None:
    """Asks whether the mailbox wants the alert; quotes nothing that the asker wrote.

    Raises:
        NotSent: the mail server did not take it.
    """
    _send(alert, "Confirm your alert on GPU prices", "greeting", id=str(uuid.uuid4()))


def send_reminder(alert: Alert) -> None:
    """Says that the alert lapses soon, and how to renew it.

    Raises:
        NotSent: the mail server did not take it.
    """
    _send(alert, f"Your alert ends soon: {alert.name}", "reminder", id=str(uuid.uuid4()))


def send_digest(alert: Alert, digest: Digest) -> None:
    """Tells the news.

    Raises:
        NotSent: the mail server did not take it.
    """
    blocks = ["\n".join(lines_of(row)) for row in digest.rows]
    more = digest.total - len(digest.rows)
    _send(alert, subject(alert, digest), "digest", id=digest.id, blocks=blocks, more=more)


def _send(alert: Alert, about: str, template: str, *, id: str, **context: Any) -> None:  # noqa: A002
    if not settings.MAIL_OFFERED:
        # The backend would write a file that nobody reads, and the news would count as sent.
        raise NotSent(NO_MAIL, fault_of_destination=False)
    words = {
        "alert": alert,
        "pairs": pairs(alert.query),
        "list_url": absolute(alert.list_url),
        "alert_url": absolute(alert.page),
        "unsubscribe_url": unsubscribe_url(alert),
        "site_url": settings.SITE_URL,
        **context,
    }
    message = EmailMessage(
        subject=plain(about)[:200],
        body=render_to_string(f"catalog/alerts/mail/{template}.txt", words),
        to=[alert.destination],
        headers={
            "Message-ID": f"<{id}@{_domain()}>",
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{unsubscribe_url(alert)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    _hand_over(message)


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ") or "localhost"


def _hand_over(message: EmailMessage) -> None:
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        reason = f"The mailbox was refused: {code} {text.decode('utf-8', 'replace')}"
        raise NotSent(reason, fault_of_destination=code >= 500) from error
    except (OSError, smtplib.SMTPException) as error:
        reason = f"The mail server did not take it: {type(error).__name__}"
        raise NotSent(reason, fault_of_destination=False) from error
