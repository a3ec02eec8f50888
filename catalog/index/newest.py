"""The prices that the catalog learned last, of the offers of an answer."""

from collections.abc import Iterator

from django.db.models import F, FloatField, QuerySet
from django.db.models.functions import Cast

from catalog.filtersets import OfferFilterSet
from catalog.index.finding import Question
from catalog.models import OfferObservation

FEW = 500
"""So many offers are asked for by key; of more, the newest prices soon hold enough."""

OF_THE_PRICE = ("amount_per_accelerator", "freshness")
"""Filters of what an observation says itself."""


def newest_observations(question: Question, most: int) -> list[OfferObservation]:
    """Newest first: prices that fit themselves, of offers that fit."""
    keys = question.index.keys[question.left()]
    shown = ("offer__provider", "offer__accelerator", "offer__instance", "offer__server", "source")
    newest = _fitting(question.filterset).order_by("-recorded_at", "-pk")
    if len(keys) <= FEW:
        return list(newest.filter(offer__in=keys.tolist()).select_related(*shown)[:most])
    found = list(_newest(newest, set(keys.tolist()), most))
    rows = OfferObservation.objects.filter(pk__in=found).select_related(*shown)
    return list(rows.order_by("-recorded_at", "-pk"))


def _fitting(filterset: OfferFilterSet) -> QuerySet[OfferObservation]:
    # As the column of an offer: SQLite would divide whole amounts as integers.
    each = Cast("amount", FloatField()) / Cast(F("offer__accelerator_count"), FloatField())
    rows = OfferObservation.objects.alias(amount_per_accelerator=each)
    for name in set(OF_THE_PRICE) & set(filterset.narrowing()):
        rows = filterset.narrowed(rows, name)
    return rows


def _newest(rows: QuerySet[OfferObservation], offers: set[int], most: int) -> Iterator[int]:
    newest = rows.values_list("pk", "offer_id")
    start, size = 0, FEW
    # With a limit, databases walk the index of newest prices; without one, they sort them all.
    while piece := list(newest[start : start + size]):
        for key, offer in piece:
            if offer in offers:
                yield key
                most -= 1
                if most == 0:
                    return
        start, size = start + size, size * 2
