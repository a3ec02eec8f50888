"""Prices grow older by themselves; a revision says when one has passed from an age to the next.

Answers quote a revision and stay the same for it, so what ranks by age needs a new one.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from catalog.freshness import FRESH_DAYS, STALE_DAYS
from catalog.models import CatalogRevision, Offer
from catalog.services import record_edit


def revision_of_today() -> CatalogRevision | None:
    """The newest revision; a new one if a live price is of another age than when it was made."""
    newest = CatalogRevision.objects.first()
    if newest is None or not _have_passed(newest):
        return newest
    with transaction.atomic():
        # Another process may have made it meanwhile.
        newest = CatalogRevision.objects.select_for_update().first()
        if newest is not None and _have_passed(newest):
            return record_edit(f"Ages of prices on {timezone.localdate()}")
    return newest


def _have_passed(newest: CatalogRevision) -> bool:
    today, then = timezone.localdate(), timezone.localtime(newest.created_at).date()
    if today <= then:
        return False
    passed = [_seen_between(then, today, days) for days in (FRESH_DAYS, STALE_DAYS)]
    live = Offer.objects.filter(status=Offer.Status.LIVE)
    return live.filter(passed[0] | passed[1]).exists()


def _seen_between(then: dt.date, today: dt.date, days: int) -> Q:
    """Prices that were at most so many days old then, and are older today."""
    lasts = dt.timedelta(days=days)
    return Q(observed_on__gte=then - lasts, observed_on__lt=today - lasts)
