"""Making an alert: what has to be right about it, and how many one destination may have."""

import datetime as dt
import secrets
from decimal import Decimal

from attrs import frozen
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from catalog.alerts import horizon
from catalog.alerts.posting import address_problem
from catalog.alerts.watched import NotWatchable, filters, narrowing, pairs
from catalog.models import Alert, Offer
from catalog.models.alert import LONGEST_QUERY

PER_DESTINATION = 20
CONFIRMATIONS_PER_DAY = 3
NO_MAIL = "This installation sends no mail; give a webhook, or take the feed of the list."
ONE_OF_BOTH = "Give a mail address or the https address of a webhook, not both."
TOO_MANY = f"{PER_DESTINATION} alerts go there already; delete one first."
ALL_OFFERS = "All offers"


@frozen(kw_only=True)
class Asked:
    """What somebody wants to hear of, and where."""

    email: str = ""
    webhook: str = ""
    name: str = ""
    query: str = ""
    offer: Offer | None = None
    limit: Decimal | None = None
    currency: str = ""
    pace: str = Alert.Pace.AT_ONCE

    @property
    def channel(self) -> Alert.Channel:
        """The way that was chosen."""
        return Alert.Channel.EMAIL if self.email else Alert.Channel.WEBHOOK


def currencies() -> list[str]:
    """Currencies that offers have, those of most offers first."""
    counted = Offer.objects.order_by().values("currency").annotate(offers=Count("pk"))
    return list(counted.order_by("-offers", "currency").values_list("currency", flat=True))


def problems(asked: Asked) -> dict[str, str]:
    """What is wrong, by field; nothing when the alert can be made."""
    found = _of_destination(asked) | _of_limit(asked)
    if problem := _of_query(asked):
        found["query"] = problem
    return found


@transaction.atomic
def make(asked: Asked) -> Alert | None:
    """The alert; None when its destination has enough, which must not show for a mailbox.

    `problems` has found none.
    """
    destination = asked.email or asked.webhook
    _alone_with(destination)
    if _has_enough(asked.channel, destination):
        return None
    newest = horizon.newest()
    return Alert.objects.create(
        channel=asked.channel,
        destination=destination,
        secret="" if asked.email else secrets.token_hex(32),
        name=asked.name.strip() or usual_name(narrowing(asked.query), asked.offer),
        query=narrowing(asked.query),
        offer=asked.offer,
        limit=asked.limit,
        currency=asked.currency if asked.limit is not None else "",
        pace=asked.pace,
        cursor=newest.observation,
        change_cursor=newest.change,
        looked_on=timezone.localdate(),
    )


def _alone_with(destination: str) -> None:
    """Waits until nobody else makes an alert for it, so that two do not count the same others.

    Until the end of the transaction. SQLite has one writer at a time: this very transaction.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            key = f"alert {destination.lower()}"
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _of_destination(asked: Asked) -> dict[str, str]:
    if bool(asked.email) == bool(asked.webhook):
        return {"webhook" if asked.email or not settings.MAIL_OFFERED else "email": ONE_OF_BOTH}
    if asked.email:
        return _of_email(asked.email)
    problem = address_problem(asked.webhook)
    return {"webhook": problem} if problem else {}


def _of_email(address: str) -> dict[str, str]:
    if not settings.MAIL_OFFERED:
        return {"email": NO_MAIL}
    try:
        validate_email(address)
    except ValidationError:
        return {"email": "Write it as you@example.org."}
    return {}


def _of_limit(asked: Asked) -> dict[str, str]:
    if asked.limit is None:
        return {}
    if asked.limit <= 0:
        return {"limit": "Give a price above 0, or leave it empty."}
    known = currencies()
    if asked.currency not in known:
        return {"currency": f"Give the currency of the limit: one of {', '.join(known)}."}
    return {}


def _of_query(asked: Asked) -> str:
    if asked.offer is not None:
        return "Give an offer or the filters of a list, not both." if asked.query else ""
    # Signs that addresses write as three or more letters can make it longer than it was given.
    if len(narrowing(asked.query)) > LONGEST_QUERY:
        return f"Choose fewer filters: as an address they have at most {LONGEST_QUERY} letters."
    try:
        filters(asked.query)
    except NotWatchable as error:
        return str(error)
    return ""


def _has_enough(channel: str, destination: str) -> bool:
    """Whether one more would let a stranger flood this mailbox or server."""
    mine = Alert.objects.filter(channel=channel, destination__iexact=destination)
    if mine.count() >= PER_DESTINATION:
        return True
    since = timezone.now() - dt.timedelta(days=1)
    lately = mine.filter(confirmed_at=None, created_at__gte=since)
    return channel == Alert.Channel.EMAIL and lately.count() >= CONFIRMATIONS_PER_DAY


def usual_name(query: str, offer: Offer | None) -> str:
    """What an alert is called when nobody names it."""
    if offer is not None:
        return f"{offer.target_name} at {offer.provider.name}"[:80]
    return (", ".join(f"{name} {value}" for name, value in pairs(query)) or ALL_OFFERS)[:80]
