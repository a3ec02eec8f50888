"""Webhooks: what they are sent, signed, and what counts as received."""

import hashlib
import hmac
import json
import time
import uuid
from typing import Any

from catalog.alerts.errors import NotSent
from catalog.alerts.links import absolute
from catalog.alerts.news import Digest
from catalog.alerts.posting import post
from catalog.models import Alert

SIGNATURE = "Ridgeline-Signature"
DELIVERY = "Ridgeline-Delivery"
EVENT = "Ridgeline-Event"
AGENT = "Ridgeline alerts"


def send_hello(alert: Alert) -> None:
    """Asks whether somebody listens there.

    Raises:
        NotSent: nobody answered, or not with 200 to 299.
    """
    _send(alert, "hello", str(uuid.uuid4()), {})


def send_reminder(alert: Alert) -> None:
    """Says that the alert lapses soon.

    Raises:
        NotSent: see `send_hello`.
    """
    _send(alert, "expiring", str(uuid.uuid4()), {})


def send_digest(alert: Alert, digest: Digest) -> None:
    """Tells the news.

    Raises:
        NotSent: see `send_hello`.
    """
    rows = [{**row, "url": absolute(row["url"])} for row in digest.rows]
    more = digest.total - len(digest.rows)
    _send(alert, "changes", digest.id, {"changes": rows, "more": more})


def signature(secret: str, body: bytes, at_s: int) -> str:
    """`t=<Unix time>,v1=<hex>`: HMAC-SHA256 of "<time>.<body>" under the secret of the alert."""
    signed = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256)
    return f"t={at_s},v1={signed.hexdigest()}"


def _send(alert: Alert, event: str, delivery: str, more: dict[str, Any]) -> None:
    told = {
        "event": event,
        "delivery": delivery,
        "alert": {
            "name": alert.name,
            "url": absolute(alert.page),
            "list_url": absolute(alert.list_url),
            "expires_at": alert.expires_at.isoformat(),
        },
        **more,
    }
    # Databases keep JSON with keys in an order of their own; a second try must say the same.
    body = json.dumps(told, sort_keys=True).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        EVENT: event,
        DELIVERY: delivery,
        SIGNATURE: signature(alert.secret, body, int(time.time())),
    }
    status = post(alert.destination, body, headers)
    if not 200 <= status < 300:
        said = "a redirect, which is not followed" if 300 <= status < 400 else "no success"
        raise NotSent(f"It answered {status}, {said}", fault_of_destination=True)
