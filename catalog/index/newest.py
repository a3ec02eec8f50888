"""The prices that the catalog learned last, of the offers of an answer."""

from collections.abc import Iterator

from catalog.index.finding import Question
from catalog.models import OfferObservation

FEW = 500
"""So many offers are asked for by key; of more, the newest prices soon hold enough."""


def newest_observations(question: Question, most: int) -> list[OfferObservation]:
    """Newest first."""
    keys = question.index.keys[question.left()]
    shown = ("offer__provider", "offer__accelerator", "offer__instance", "offer__server", "source")
    rows = OfferObservation.objects.select_related(*shown).order_by("-recorded_at", "-pk")
    if len(keys) <= FEW:
        return list(rows.filter(offer__in=keys.tolist())[:most])
    return list(rows.filter(pk__in=list(_newest(set(keys.tolist()), most))))


def _newest(offers: set[int], most: int) -> Iterator[int]:
    newest = OfferObservation.objects.order_by("-recorded_at", "-pk").values_list("pk", "offer_id")
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
