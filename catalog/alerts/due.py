"""Which alerts have something to do now."""

import datetime as dt

from django.db.models import Q, QuerySet

from catalog.alerts import horizon
from catalog.alerts.channels import REMINDED_BEFORE
from catalog.models import Alert

SLACK = dt.timedelta(hours=1)
"""A daily timer fires some seconds earlier one day than the day before."""
PAUSES = {
    Alert.Pace.DAILY: dt.timedelta(days=1) - SLACK,
    Alert.Pace.WEEKLY: dt.timedelta(days=7) - SLACK,
}


def due(now: dt.datetime) -> QuerySet[Alert]:
    """Alerts that nobody works on and that wait for a greeting, a reminder or news."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    may_try = Q(next_try_at=None) | Q(next_try_at__lte=now)
    greeting = Q(state=Alert.State.UNCONFIRMED, greeted_at=None)
    ending = Q(reminded_at=None, expires_at__lte=now + REMINDED_BEFORE)
    newest = horizon.newest()
    changed = Q(cursor__lt=newest.observation) | Q(change_cursor__lt=newest.change)
    changed |= Q(looked_on__lt=now.date())
    kept = Q(state__in=(Alert.State.ACTIVE, Alert.State.PAUSED), expires_at__gt=now)
    told = Q(state=Alert.State.ACTIVE) & (Q(digest__isnull=False) | (_rested(now) & changed))
    return Alert.objects.filter(free, may_try, greeting | (kept & (ending | told)))


def _rested(now: dt.datetime) -> Q:
    rested = Q(pace=Alert.Pace.AT_ONCE) | Q(last_sent_at=None)
    for pace, pause in PAUSES.items():
        rested |= Q(pace=pace, last_sent_at__lte=now - pause)
    return rested
