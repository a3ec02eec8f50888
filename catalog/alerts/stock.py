"""Offers that vanished or came back: withdrawn by hand, on offer again, or not seen for long."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import QuerySet

from catalog.alerts import watched
from catalog.alerts.rows import BACK, STALE, WITHDRAWN
from catalog.freshness import FRESH_DAYS
from catalog.models import Alert, Offer, OfferObservation, RowChange

Found = tuple[str, QuerySet[Offer]]


def stock_news(alert: Alert, until: int, today: dt.date) -> Iterator[Found]:
    """Kinds of news with their offers; one whose price was seen since is told of by that."""
    seen = OfferObservation.objects.filter(pk__gt=alert.cursor).values("offer")
    if until > alert.change_cursor:
        since = RowChange.objects.filter(
            kind=RowChange.Kind.OFFER, field="status", pk__gt=alert.change_cursor, pk__lte=until
        )
        back = since.filter(old=Offer.Status.WITHDRAWN).values("row_id")
        yield BACK, watched.offers_of(alert).filter(pk__in=back).exclude(pk__in=seen)
        gone = since.filter(new=Offer.Status.WITHDRAWN).values("row_id")
        yield WITHDRAWN, watched.offers_withdrawn(alert).filter(pk__in=gone)
    if today > alert.looked_on:
        border = dt.timedelta(days=FRESH_DAYS)
        aged = watched.offers_that_age(alert).exclude(pk__in=seen)
        crossed = {
            "observed_on__lt": today - border,
            "observed_on__gte": alert.looked_on - border,
        }
        yield STALE, aged.filter(**crossed)
