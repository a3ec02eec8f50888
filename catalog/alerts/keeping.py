"""What the owner of an alert may do with it, and when it is forgotten.

Each deed returns whether it changed the alert: by its state it may not be for it.
"""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from catalog.alerts import horizon
from catalog.models import Alert
from catalog.models.alert import LASTS

UNCONFIRMED_KEPT = dt.timedelta(days=7)
LAPSED_KEPT = dt.timedelta(days=30)


def confirm(alert: Alert, *, now: dt.datetime | None = None) -> bool:
    """The mailbox wants it; news since it was asked for count.

    Whoever made an alert on a webhook knows its link, so only an answer of the server itself may
    confirm that.
    """
    now = now or timezone.now()
    waiting = {"state": Alert.State.UNCONFIRMED, "channel": Alert.Channel.EMAIL}
    mine = Alert.objects.filter(pk=alert.pk, **waiting)
    return bool(mine.update(**confirmed(now)))


def confirmed(now: dt.datetime) -> dict[str, object]:
    """Fields of an alert that its destination has just said to want."""
    return {"state": Alert.State.ACTIVE, "confirmed_at": now, "expires_at": now + LASTS}


def pause(alert: Alert) -> bool:
    """No news is sent until it goes on."""
    mine = Alert.objects.filter(pk=alert.pk, state=Alert.State.ACTIVE)
    return bool(mine.update(state=Alert.State.PAUSED))


def resume(alert: Alert, *, now: dt.datetime | None = None) -> bool:
    """Goes on: after a pause from now, after failures with what could not be sent."""
    now = now or timezone.now()
    state = Alert.State.ACTIVE if alert.confirmed_at else Alert.State.UNCONFIRMED
    anew = {"state": state, "off_reason": "", "failures": 0, "last_error": "", "next_try_at": None}
    off = Alert.objects.filter(pk=alert.pk, state=Alert.State.OFF)
    if off.update(**anew):
        return True
    newest = horizon.newest()
    cursors = {"cursor": newest.observation, "change_cursor": newest.change}
    since_now = {**cursors, "looked_on": now.date(), "digest": None}
    paused = Alert.objects.filter(pk=alert.pk, state=Alert.State.PAUSED)
    return bool(paused.update(**anew, **since_now))


def renew(alert: Alert, *, now: dt.datetime | None = None) -> bool:
    """Lasts as long again as a new one."""
    now = now or timezone.now()
    mine = Alert.objects.filter(pk=alert.pk).exclude(state=Alert.State.UNCONFIRMED)
    return bool(mine.update(expires_at=now + LASTS, reminded_at=None))


def forget(now: dt.datetime) -> int:
    """Deletes what nobody confirmed or renewed; returns how many."""
    never = Q(confirmed_at=None, created_at__lte=now - UNCONFIRMED_KEPT)
    lapsed = Q(expires_at__lte=now - LAPSED_KEPT)
    return Alert.objects.filter(never | lapsed).delete()[0]
