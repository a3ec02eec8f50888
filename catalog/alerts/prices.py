"""Which offers cost something else than at the cursor: in few rows, however long histories are.

A suspect price is told to nobody. What an offer costs once it is not suspect any more stands
against what it cost before it was.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from attrs import frozen
from django.db.models import F, OuterRef, QuerySet, Subquery

from catalog.alerts import watched
from catalog.alerts.statuses import Passed, before_doubt
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


def newest_prices(since: int, until: int) -> dict[int, Seen]:
    """Of each offer that was seen since, the observation with the newest price among those."""
    best: dict[int, Seen] = {}
    fresh = OfferObservation.objects.filter(pk__gt=since, pk__lte=until).order_by()
    for values in fresh.values_list(*FIELDS).iterator(chunk_size=BATCH):
        seen = Seen(*values)
        known = best.get(seen.offer)
        if known is None or seen.rank > known.rank:
            best[seen.offer] = seen
    return best


def price_changes(
    alert: Alert, newest: Mapping[int, Seen], passed: Mapping[int, Passed]
) -> list[Change]:
    """Offers that fit and are new or cost something else, the cheapest first.

    `newest` is what was seen since the alert's cursor, `passed` what became of their status.
    """
    cleared = {key for key, status in passed.items() if status.is_cleared}
    asked = newest.keys() | cleared
    if not asked:
        return []
    fitting = watched.offers_of(alert).order_by("amount_per_accelerator", "pk")
    if len(asked) <= BATCH:
        fitting = fitting.filter(pk__in=asked)
    # Joined here: just after a large import a database guesses badly how to join the two.
    keys = [key for key in fitting.values_list("pk", flat=True) if key in asked]
    known = OfferObservation.objects.filter(pk__lte=alert.cursor)
    batches = _batches(keys)
    return [each for batch in batches for each in _of_batch(batch, newest, known, cleared)]


def _of_batch(
    keys: Sequence[int],
    newest: Mapping[int, Seen],
    known: QuerySet[OfferObservation],
    cleared: set[int],
) -> Iterator[Change]:
    stood = _standing(keys, known)
    before = {key: seen for key, seen in stood.items() if key not in cleared}
    for together, older in before_doubt(cleared.intersection(keys)):
        before |= _standing(together, older)
    for key in keys:
        now = max(filter(None, (newest.get(key), stood.get(key))), key=lambda seen: seen.rank)
        then = before.get(key)
        if then is None or (now.amount, now.currency) != (then.amount, then.currency):
            yield Change(key, now.pk, then.pk if then else None)


def _standing(keys: Sequence[int], among: QuerySet[OfferObservation]) -> dict[int, Seen]:
    """The observation, of some, that gives each offer its price."""
    seen = among.filter(offer=OuterRef("pk"))
    newest = seen.order_by(F("observed_on").desc(nulls_last=True), "-recorded_at", "pk")
    standing = Offer.objects.filter(pk__in=keys).annotate(then=Subquery(newest.values("pk")[:1]))
    found = [pk for pk in standing.order_by().values_list("then", flat=True) if pk]
    rows = OfferObservation.objects.filter(pk__in=found).order_by().values_list(*FIELDS)
    return {values[1]: Seen(*values) for values in rows}


def _batches(keys: list[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
