"""The prices that the catalog learned last, of the offers of an answer."""

from collections.abc import Iterator

import numpy as np
from django.db.models import F, FloatField, QuerySet
from django.db.models.functions import Cast

from catalog.filtersets import OfferFilterSet
from catalog.index.finding import Question
from catalog.index.offer_index import OfferIndex
from catalog.index.relations import with_relations
from catalog.models import Offer, OfferObservation

FEW = 500
"""So many offers are asked for by key; of more, the newest prices soon hold enough."""

AMPLE = 1.4
"""So much more than prices of fitting offers are among all is looked through first."""

OF_THE_PRICE = ("amount_per_accelerator", "freshness")
"""Filters of what an observation says itself."""


def newest_observations(question: Question, most: int) -> list[OfferObservation]:
    """Newest first: prices that fit themselves, of offers that fit."""
    newest = _fitting(question.filterset).order_by("-recorded_at", "-pk")
    left = question.left()
    if np.count_nonzero(left) <= FEW:
        offers = question.index.keys[left].tolist()
        found = list(newest.filter(offer__in=offers).values_list("pk", flat=True)[:most])
    else:
        found = list(_newest(newest, question, most))
    return _read(found, question.index)


def _read(keys: list[int], index: OfferIndex) -> list[OfferObservation]:
    rows = OfferObservation.objects.select_related("source").in_bulk(keys)
    observations = [rows[key] for key in keys if key in rows]
    # What offers refer to is kept with the index: one table here instead of six.
    offers = Offer.objects.in_bulk({observation.offer_id for observation in observations})
    with_relations(list(offers.values()), index)
    for observation in observations:
        observation.offer = offers[observation.offer_id]
    return observations


def _fitting(filterset: OfferFilterSet) -> QuerySet[OfferObservation]:
    # As the column of an offer: SQLite would divide whole amounts as integers.
    each = Cast("amount", FloatField()) / Cast(F("offer__accelerator_count"), FloatField())
    rows = OfferObservation.objects.alias(amount_per_accelerator=each)
    for name in set(OF_THE_PRICE) & set(filterset.narrowing()):
        rows = filterset.narrowed(rows, name)
    return rows


def _newest(rows: QuerySet[OfferObservation], question: Question, most: int) -> Iterator[int]:
    newest, left, known = rows.values_list("pk", "offer_id"), question.left(), question.index.keys
    # With a limit, databases walk the index of newest prices; without one, they sort them all.
    start, size = 0, max(FEW, int(AMPLE * most * len(left) / np.count_nonzero(left)))
    while piece := list(newest[start : start + size]):
        keys, offers = np.array(piece).T
        places = np.searchsorted(known, offers).clip(max=len(known) - 1)
        fitting = keys[(known[places] == offers) & left[places]]
        yield from fitting[:most].tolist()
        most -= len(fitting)
        if most <= 0:
            return
        start, size = start + size, size * 2
