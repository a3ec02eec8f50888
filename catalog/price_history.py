"""What a variant cost to rent, by day: observed prices alone, nothing between them."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from statistics import median_low

from attrs import frozen
from django.db.models import FloatField, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from catalog.models import Accelerator, Offer, OfferObservation

MOST_OBSERVATIONS = 10_000
"""The newest ones; a page need not read more."""

MOST_DAYS = 400
"""Rows of the table and groups of the chart, newest kept."""

NEWEST = dt.timedelta(days=200)
"""Of this time first: where prices are many, no older ones are shown."""

Key = tuple[dt.date, str, str]


@frozen(kw_only=True)
class PriceDay:
    """Prices seen on one day under one kind of pricing, per accelerator and hour.

    Attributes:
        middle: the median, the lower one of two, so that it was observed too.
    """

    day: dt.date
    pricing: str
    currency: str
    count: int
    lowest: float
    middle: float
    highest: float

    @property
    def pricing_name(self) -> str:
        """The kind of pricing in words."""
        return str(Offer.Pricing(self.pricing).label)


@frozen(kw_only=True)
class PriceHistory:
    """The days of a variant, newest first.

    Attributes:
        undated: observations whose source gives no date; they are in no day.
        currency: the one seen most; the chart shows no other.
    """

    days: tuple[PriceDay, ...]
    undated: int
    currency: str

    @property
    def drawn(self) -> tuple[PriceDay, ...]:
        """Days in the currency of the chart."""
        return tuple(day for day in self.days if day.currency == self.currency)


def price_history(accelerator: Accelerator, until: dt.date | None = None) -> PriceHistory:
    """Rental prices ever observed, or by a day, but for those held to be wrong.

    Up to three queries: how many have no date, the newest, and more where those fill too few rows.
    """
    observations = OfferObservation.objects.filter(offer__accelerator=accelerator)
    observations = observations.exclude(offer__pricing=Offer.Pricing.BUY).exclude(
        offer__status=Offer.Status.SUSPECT
    )
    undated = 0 if until else observations.filter(observed_on=None).count()
    last = until or timezone.localdate()
    since = last - NEWEST
    # A day of a later date than today's is a slip of its source, but it was observed.
    newest = observations.filter(observed_on__gte=since)
    groups = _grouped(newest.filter(observed_on__lte=until) if until else newest)
    if len(groups) < MOST_DAYS:
        groups |= _grouped(observations.filter(observed_on__lt=since))
    days = tuple(_days(groups.items()))[:MOST_DAYS]
    currencies = Counter(day.currency for day in days)
    return PriceHistory(
        days=days,
        undated=undated,
        currency=currencies.most_common(1)[0][0] if currencies else "",
    )


def _grouped(observations: QuerySet[OfferObservation]) -> dict[Key, list[float]]:
    """The newest of these prices by day, kind and currency."""
    seen = observations.order_by("-observed_on").values_list(
        *("observed_on", "offer__pricing", "currency"),
        # As floats already in the database: ten thousand Decimals take longer than the rest.
        Cast("amount", FloatField()) / Cast("offer__accelerator_count", FloatField()),
    )
    prices: dict[Key, list[float]] = defaultdict(list)
    for day, pricing, currency, price in seen[:MOST_OBSERVATIONS]:
        prices[day, pricing, currency].append(price)
    return prices


def _days(prices: Iterable[tuple[Key, list[float]]]) -> Iterable[PriceDay]:
    newest_first = sorted(prices, key=lambda item: (-item[0][0].toordinal(), item[0][1:]))
    for (day, pricing, currency), amounts in newest_first:
        yield PriceDay(
            day=day,
            pricing=pricing,
            currency=currency,
            count=len(amounts),
            lowest=min(amounts),
            middle=median_low(amounts),
            highest=max(amounts),
        )
