"""What an alert has to tell: the net change of each offer since the cursor.

What it costs now stands against what it cost at the cursor. A newer date of the same price, or an
older price that was learned late, is no news. A suspect price was told to nobody: once it is not
suspect any more it stands against the one before it was.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import Factory, asdict, define, frozen
from django.db import transaction
from django.db.models import QuerySet

from catalog import querysets
from catalog.alerts import horizon, statuses
from catalog.alerts.horizon import Horizon
from catalog.alerts.prices import Change, newest_prices, price_changes
from catalog.alerts.rows import Row, priced_row, stock_row
from catalog.alerts.shared import Shared
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


@frozen
class Told:
    """The first rows of what there is to tell, and how many there are in all."""

    rows: list[Row]
    total: int


@define
class Known:
    """What one round has read: alerts that ask the same since the same are told the same."""

    told: Shared = Factory(lambda: Shared(most=200))
    prices: Shared = Factory(lambda: Shared(most=4))


@transaction.atomic
def collect(alert: Alert, today: dt.date, known: Known | None = None) -> Digest:
    """Everything since the alert's cursor; without rows when there is nothing to tell.

    Raises:
        NotWatchable: the filters mean nothing any more.
        OperationalError: an import is under way; ask again later.
    """
    known, until = known or Known(), horizon.settled()
    asked = (alert.query, alert.offer_id, alert.limit, alert.currency)
    since = (alert.cursor, alert.change_cursor, alert.looked_on)
    question = (asked, since, until, today)
    told = known.told.once(question, lambda: _told(alert, until, today, known.prices))
    return Digest(
        id=str(uuid.uuid4()),
        rows=told.rows,
        total=told.total,
        cursor=max(until.observation, alert.cursor),
        change_cursor=max(until.change, alert.change_cursor),
        looked_on=max(today, alert.looked_on).isoformat(),
    )


def _told(alert: Alert, until: Horizon, today: dt.date, prices: Shared) -> Told:
    passed = statuses.passed(alert.change_cursor, until.change)
    reach = (alert.cursor, until.observation)
    changes = price_changes(alert, prices.once(reach, lambda: newest_prices(*reach)), passed)
    priced = {change.offer for change in changes}
    # An offer is told of once: where its price is told, that it is back or stale is not.
    others = [pair for pair in _stock(alert, passed, today) if pair[1] not in priced]
    shown = changes[:MOST_ROWS]
    beside = others[: MOST_ROWS - len(shown)]
    rows = [*_priced_rows(shown, today), *_stock_rows(beside, today)]
    return Told(rows, len(changes) + len(others))


def _stock(alert: Alert, passed: Mapping[int, Passed], today: dt.date) -> Iterator[tuple[str, int]]:
    """Offers that vanished or came back, the cheapest of each kind first."""
    for kind, found in stock_news(alert, passed, today):
        for key in found.order_by("amount_per_accelerator", "pk").values_list("pk", flat=True):
            yield kind, key


def _priced_rows(changes: list[Change], today: dt.date) -> Iterator[Row]:
    offers = _offers(change.offer for change in changes)
    sourced = OfferObservation.objects.select_related("source")
    seen = sourced.in_bulk([pk for each in changes for pk in (each.now, each.then) if pk])
    for each in changes:
        yield priced_row(offers[each.offer], seen[each.now], seen.get(each.then or 0), today)


def _stock_rows(pairs: list[tuple[str, int]], today: dt.date) -> Iterator[Row]:
    offers = _offers(key for _, key in pairs)
    for kind, key in pairs:
        yield stock_row(offers[key], kind, today)


def _offers(keys: Iterable[int]) -> dict[int, Offer]:
    rows: QuerySet[Offer] = querysets.offers().filter(pk__in=list(keys))
    return {row.pk: row for row in rows}
