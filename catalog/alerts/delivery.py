"""One round of sending: whatever is due, each alert by one process at a time."""

import contextlib
import datetime as dt
import time
from collections.abc import Callable, Iterator

import structlog
from attrs import Factory, define
from django.db import InterfaceError, OperationalError
from django.db.models import F
from django.utils import timezone

from catalog.alerts import channels, news
from catalog.alerts.due import due
from catalog.alerts.errors import NotSent
from catalog.alerts.keeping import confirmed, forget
from catalog.alerts.watched import NotWatchable
from catalog.models import Alert

CLAIM_LASTS = dt.timedelta(minutes=5)
"""Longer than any sending: after a crash the alert is taken up again."""
MOST_FAILURES = 10
FIRST_PAUSE = dt.timedelta(minutes=1)
LONGEST_PAUSE = dt.timedelta(hours=6)
OWN_PAUSE = dt.timedelta(minutes=2)
AWAY = (OperationalError, InterfaceError)
"""The database is busy or gone; Django raises the second once a connection is closed."""
OWN_FAULT = "This installation could not prepare it; its log says why."
Clock = Callable[[], dt.datetime]
log = structlog.get_logger(__name__)


@define(kw_only=True)
class Round:
    """What one round did, and what it read for more than one alert."""

    sent: int = 0
    failed: int = 0
    deleted: int = 0
    known: news.Known = Factory(news.Known)

    def __str__(self) -> str:
        return f"{self.sent} sent, {self.failed} failed, {self.deleted} deleted"


def send_alerts(*, clock: Clock = timezone.now, budget_s: float | None = None) -> Round:
    """Send whatever is due; two rounds at once share the work and send nothing twice.

    `budget_s` ends the round early, between two alerts; the next round goes on.
    """
    started = time.monotonic()
    done = Round(deleted=forget(clock()))
    try:
        for alert in _claimed(clock):
            _send(alert, clock, done)
            if budget_s is not None and time.monotonic() - started > budget_s:
                break
    except AWAY as error:
        # What one alert waits for, such as the end of an import, the others would wait for too.
        log.warning("alerts wait for the database", reason=str(error))
    return done


def _claimed(clock: Clock) -> Iterator[Alert]:
    # Whoever was tried last comes last, so that no alert takes every round for itself.
    order = F("next_try_at").asc(nulls_first=True), "pk"
    for key in list(due(clock()).order_by(*order).values_list("pk", flat=True)):
        now = clock()
        until = now + CLAIM_LASTS
        # One statement decides who has it; whoever comes second changes no row.
        if due(now).filter(pk=key).update(claimed_until=until, next_try_at=until):
            alert = Alert.objects.select_related("offer").filter(pk=key).first()
            # Its owner may have deleted it meanwhile.
            if alert is not None:
                yield alert


def _send(alert: Alert, clock: Clock, done: Round) -> None:
    after: dict[str, object] = {}
    try:
        done.sent += _take_step(alert, clock(), done.known)
        after = {"next_try_at": None}
    except NotSent as error:
        done.failed += 1
        after = _failed(alert, error, clock())
    except NotWatchable as error:
        done.failed += 1
        after = _off(f"Its filters are wrong: {error}")
    except AWAY:
        # Behind all others, in case that it is this alert which the database cannot answer.
        after = {"next_try_at": clock()}
        raise
    except Exception:
        # One alert that cannot be worked on must not keep the others from being sent.
        log.exception("alert not sent", alert=alert.pk)
        done.failed += 1
        after = _failed(alert, NotSent(OWN_FAULT, fault_of_destination=False), clock())
    finally:
        # A claim that cannot be given back ends by itself; an error here would hide the first.
        with contextlib.suppress(*AWAY):
            _change(alert, claimed_until=None, **after)


def _take_step(alert: Alert, now: dt.datetime, known: news.Known) -> bool:
    """The one thing that this alert waits for; whether anything was sent."""
    channel = channels.of(alert)
    if alert.state == Alert.State.UNCONFIRMED:
        channel.greet(alert)
        wanted = confirmed(now) if channel.confirms else {}
        _change(alert, greeted_at=now, **wanted, **_NO_FAILURE)
        return True
    if alert.reminded_at is None and alert.expires_at - now <= channels.REMINDED_BEFORE:
        channel.remind(alert)
        _change(alert, reminded_at=now, **_NO_FAILURE)
        return True
    if alert.state != Alert.State.ACTIVE:
        return False
    return _tell(alert, channel, now, known)


def _tell(alert: Alert, channel: channels.Channel, now: dt.datetime, known: news.Known) -> bool:
    if alert.digest is None:
        digest = news.collect(alert, now.date(), known)
        if not digest.rows:
            _change(alert, **_passed(digest))
            return False
        # Kept before it is sent: a second try says the same under the same id.
        _change(alert, digest=digest.as_json())
    else:
        digest = news.Digest(**alert.digest)
    channel.tell(alert, digest)
    _change(
        alert,
        digest=None,
        last_sent_at=now,
        sent_count=F("sent_count") + 1,
        **_passed(digest),
        **_NO_FAILURE,
    )
    return True


def _passed(digest: news.Digest) -> dict[str, object]:
    return {
        "cursor": digest.cursor,
        "change_cursor": digest.change_cursor,
        "looked_on": dt.date.fromisoformat(digest.looked_on),
    }


_NO_FAILURE: dict[str, object] = {"failures": 0, "last_error": ""}


def _failed(alert: Alert, error: NotSent, now: dt.datetime) -> dict[str, object]:
    """Fields of an alert after a try that failed; faults of this installation do not count."""
    words = str(error)[:300]
    if not error.fault_of_destination:
        log.warning("alert not sent", alert=alert.pk, reason=words)
        return {"last_error": words, "next_try_at": now + OWN_PAUSE}
    failures = alert.failures + 1
    log.warning("alert not sent", alert=alert.pk, failures=failures, reason=words)
    pause = min(FIRST_PAUSE * 2 ** min(alert.failures, 10), LONGEST_PAUSE)
    after = {"failures": failures, "last_error": words, "next_try_at": now + pause}
    if failures < MOST_FAILURES:
        return after
    return after | _off(f"It failed {failures} times in a row, at last: {words}")


def _off(reason: str) -> dict[str, object]:
    return {"state": Alert.State.OFF, "off_reason": reason[:300]}


def _change(alert: Alert, **fields: object) -> None:
    # Not save(): what its owner did on its page meanwhile, or its deletion, must stand.
    Alert.objects.filter(pk=alert.pk).update(**fields)
