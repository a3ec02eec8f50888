"""Which offers cost something else than at the cursor: in few rows, however long histories are."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

from attrs import frozen
from django.db.models import F, OuterRef, QuerySet, Subquery

from catalog.alerts import watched
from catalog.models import Alert, Offer, OfferObservation

BATCH = 500
"""Keys that one question names: databases then look each up by itself."""


@frozen
class Seen:
    """One observation, in the order of its fields in `FIELDS`."""

    pk: int
    offer: int
    amount: Decimal
    currency: str
    observed_on: dt.date | None
    recorded_at: dt.datetime

    @property
    def rank(self) -> tuple[dt.date, dt.datetime, int]:
        """The highest of an offer is its price; one without a date yields to any with one."""
        return (self.observed_on or dt.date.min, self.recorded_at, -self.pk)


FIELDS = ("pk", "offer_id", "amount", "currency", "observed_on", "recorded_at")


@frozen
class Change:
    """An offer with the observation that sets its price, and the one that did before."""

    offer: int
    now: int
    then: int | None


def price_changes(alert: Alert, until: int) -> list[Change]:
    """Offers that fit and are new or cost something else, the cheapest first."""
    fresh = OfferObservation.objects.filter(pk__gt=alert.cursor, pk__lte=until)
    newest = _best(fresh)
    fitting = watched.offers_of(alert).order_by("amount_per_accelerator", "pk")
    if len(newest) <= BATCH:
        fitting = fitting.filter(pk__in=list(newest))
    # Joined here: just after a large import a database guesses badly how to join the two.
    keys = [key for key in fitting.values_list("pk", flat=True) if key in newest]
    return [change for batch in _batches(keys) for change in _of_batch(batch, newest, alert.cursor)]


def _best(fresh: QuerySet[OfferObservation]) -> dict[int, Seen]:
    best: dict[int, Seen] = {}
    for values in fresh.order_by().values_list(*FIELDS).iterator(chunk_size=BATCH):
        seen = Seen(*values)
        known = best.get(seen.offer)
        if known is None or seen.rank > known.rank:
            best[seen.offer] = seen
    return best


def _of_batch(keys: Sequence[int], newest: dict[int, Seen], cursor: int) -> Iterator[Change]:
    before = _stood(keys, cursor)
    for key in keys:
        now, then = newest[key], before.get(key)
        if then is None:
            yield Change(key, now.pk, None)
        elif now.rank > then.rank and (now.amount, now.currency) != (then.amount, then.currency):
            yield Change(key, now.pk, then.pk)


def _stood(keys: Sequence[int], cursor: int) -> dict[int, Seen]:
    """The observation that gave each offer its price when `cursor` was the newest one."""
    seen = OfferObservation.objects.filter(offer=OuterRef("pk"), pk__lte=cursor)
    newest = seen.order_by(F("observed_on").desc(nulls_last=True), "-recorded_at", "pk")
    standing = Offer.objects.filter(pk__in=keys).annotate(then=Subquery(newest.values("pk")[:1]))
    found = [pk for pk in standing.order_by().values_list("then", flat=True) if pk]
    rows = OfferObservation.objects.filter(pk__in=found).order_by().values_list(*FIELDS)
    return {values[1]: Seen(*values) for values in rows}


def _batches(keys: list[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
