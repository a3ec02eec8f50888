"""Offers that vanished or came back: withdrawn by hand, on offer again, or not seen for long."""

import datetime as dt
from collections.abc import Iterator, Mapping

from django.db.models import QuerySet

from catalog.alerts import watched
from catalog.alerts.rows import BACK, STALE, WITHDRAWN
from catalog.alerts.statuses import Passed
from catalog.freshness import FRESH_DAYS
from catalog.models import Alert, Offer

Found = tuple[str, QuerySet[Offer]]


def stock_news(alert: Alert, passed: Mapping[int, Passed], today: dt.date) -> Iterator[Found]:
    """Kinds of news with their offers."""
    if back := [key for key, status in passed.items() if status.is_back]:
        yield BACK, watched.offers_of(alert).filter(pk__in=back)
    if gone := [key for key, status in passed.items() if status.is_gone]:
        yield WITHDRAWN, watched.offers_withdrawn(alert).filter(pk__in=gone)
    if today > alert.looked_on:
        border = dt.timedelta(days=FRESH_DAYS)
        crossed = {
            "observed_on__lt": today - border,
            "observed_on__gte": alert.looked_on - border,
        }
        yield STALE, watched.offers_that_age(alert).filter(**crossed)
