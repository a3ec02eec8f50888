"""What an alert has to tell: the net change of each offer since the cursor.

What it costs now stands against what it cost at the cursor. A newer date of the same price, or an
older price that was learned late, is no news. A suspect price was told to nobody: once it is not
suspect any more it stands against the one before it was.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import asdict, frozen
from django.db import transaction
from django.db.models import QuerySet

from catalog import querysets
from catalog.alerts import horizon, statuses
from catalog.alerts.prices import Change, price_changes
from catalog.alerts.rows import Row, priced_row, stock_row
from catalog.alerts.statuses import Passed
from catalog.alerts.stock import stock_news
from catalog.models import Alert, Offer, OfferObservation

MOST_ROWS = 50


@frozen(kw_only=True)
class Digest:
    """Rows to tell, how many there are in all, and up to where they reach.

    Attributes:
        id: the same at every try to send it, so that a receiver can tell a repetition.
        total: rows that there are; `rows` has the first `MOST_ROWS` of them.
        cursor: the last observation that is part of it.
        change_cursor: the last change of a row that is part of it.
        looked_on: the last day of which stale prices are part of it.
    """

    id: str
    rows: list[Row]
    total: int
    cursor: int
    change_cursor: int
    looked_on: str

    def as_json(self) -> dict[str, Any]:
        """What the alert keeps of it until it is sent."""
        return asdict(self)


@transaction.atomic
def collect(alert: Alert, today: dt.date) -> Digest:
    """Everything since the alert's cursor; without rows when there is nothing to tell.

    Raises:
        NotWatchable: the filters mean nothing any more.
        OperationalError: an import is under way; ask again later.
    """
    until = horizon.settled()
    passed = statuses.passed(alert.change_cursor, until.change)
    changes = price_changes(alert, until.observation, passed)
    told = [
        *_priced(changes, today),
        *_stock(alert, passed, today, beside={change.offer for change in changes}),
    ]
    return Digest(
        id=str(uuid.uuid4()),
        rows=told[:MOST_ROWS],
        total=len(told),
        cursor=max(until.observation, alert.cursor),
        change_cursor=max(until.change, alert.change_cursor),
        looked_on=max(today, alert.looked_on).isoformat(),
    )


def _priced(changes: list[Change], today: dt.date) -> Iterator[Row]:
    """New offers and changed prices, the cheapest first."""
    shown = changes[:MOST_ROWS]
    offers = _shown(change.offer for change in shown)
    sourced = OfferObservation.objects.select_related("source")
    seen = sourced.in_bulk([pk for each in shown for pk in (each.now, each.then) if pk])
    for change in changes:
        # Rows beyond those that are shown only count.
        offer, now, then = offers.get(change.offer), change.now, change.then
        yield priced_row(offer, seen[now], seen.get(then or 0), today) if offer else {}


def _stock(
    alert: Alert, passed: Mapping[int, Passed], today: dt.date, *, beside: set[int]
) -> Iterator[Row]:
    """Offers that vanished or came back, the cheapest of each kind first.

    An offer is told of once: `beside` are those whose price is told.
    """
    for kind, found in stock_news(alert, passed, today):
        ordered = found.order_by("amount_per_accelerator", "pk").values_list("pk", flat=True)
        keys = [key for key in ordered if key not in beside]
        offers = _shown(keys[:MOST_ROWS])
        for pk in keys:
            yield stock_row(offers[pk], kind, today) if pk in offers else {}


def _shown(keys: Iterable[int]) -> dict[int, Offer]:
    rows: QuerySet[Offer] = querysets.offers().filter(pk__in=list(keys))
    return {row.pk: row for row in rows}
