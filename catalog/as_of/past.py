"""Offers with the price of a past day, from the newest observation until its end.

The day is the one on which a price was seen, not on which the catalog learned of it: a price
list of May that was imported in June counts in May.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import DateField, F, FloatField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.db.models.query import ModelIterable

from catalog.models import Offer, OfferObservation, Source

OF_THE_DAY = ("amount", "amount_per_accelerator", "currency", "observed_on")
"""Fields of an offer that its newest observation sets."""

THEN = "then_"
"""Starts the names under which a query has them."""

OF_SOURCE = ("id", "slug", "title")


def column(rows: QuerySet[Any], name: str) -> str:
    """Where these rows have a field of the price: past ones beside the column of today."""
    is_past = isinstance(rows, PastOffers) and name in OF_THE_DAY
    return f"{THEN}{name}" if is_past else name


def seen_by(rows: QuerySet[Offer], day: dt.date) -> "PastOffers":
    """Those of these offers that had been seen by the end of the day, as they were then.

    One query, as today's: a row finds its observation in the index of offer and day.
    """
    seen = OfferObservation.objects.filter(offer=OuterRef("pk"), observed_on__lte=day)
    newest = seen.order_by("-observed_on", "-recorded_at", "pk").values("pk")[:1]
    past = PastOffers(model=Offer, query=rows.query.chain(), using=rows.db)
    past = past.filter(observations__pk=Subquery(newest))
    amount, count = F("observations__amount"), F("accelerator_count")
    past = past.annotate(
        then_amount=amount,
        # SQLite would divide whole amounts as integers.
        then_amount_per_accelerator=Cast(amount, FloatField()) / Cast(count, FloatField()),
        then_currency=F("observations__currency"),
        then_observed_on=F("observations__observed_on"),
        then_judged_on=Value(day, DateField()),
        **{f"then_source_{name}": F(f"observations__source__{name}") for name in OF_SOURCE},
    )
    return past.order_by("-then_observed_on", "then_amount_per_accelerator", "slug")


class _AsSeen(ModelIterable):
    """Puts the values of the day in the fields that every reader of an offer knows."""

    def __iter__(self) -> Iterator[Offer]:
        for offer in super().__iter__():
            for name in OF_THE_DAY:
                setattr(offer, name, getattr(offer, f"{THEN}{name}"))
            offer.judged_on = offer.then_judged_on
            if offer.source_id != offer.then_source_id:
                values = [getattr(offer, f"then_source_{name}") for name in OF_SOURCE]
                offer.source = Source.from_db(self.queryset.db, OF_SOURCE, values)
            yield offer


class PastOffers(QuerySet[Offer]):
    """Offers of a past day; made by `seen_by` alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._iterable_class = _AsSeen
