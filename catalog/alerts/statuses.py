"""What became of the status of offers since the cursor: from the first to the last of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from attrs import frozen
from django.db.models import QuerySet

from catalog.models import CatalogRevision, Offer, OfferObservation, RowChange

LIVE, SUSPECT, WITHDRAWN = Offer.Status.LIVE, Offer.Status.SUSPECT, Offer.Status.WITHDRAWN


@frozen
class Passed:
    """The status that an offer had at the cursor, and the last one that it got."""

    then: str
    now: str

    @property
    def is_back(self) -> bool:
        """Somebody put it on offer again."""
        return self.then == WITHDRAWN and self.now == LIVE

    @property
    def is_gone(self) -> bool:
        """Somebody withdrew it; of a suspect one nobody was told."""
        return self.then == LIVE and self.now == WITHDRAWN

    @property
    def is_cleared(self) -> bool:
        """Its price was suspect and is not any more."""
        return self.then == SUSPECT and self.now == LIVE


def passed(since: int, until: int) -> dict[int, Passed]:
    """Offers whose status changed, by key."""
    found: dict[int, Passed] = {}
    rows = _changes().filter(pk__gt=since, pk__lte=until).order_by("pk")
    for key, old, new in rows.values_list("row_id", "old", "new").iterator():
        if key is not None:
            found[key] = Passed(found[key].then if key in found else old, new)
    return found


def before_doubt(keys: Iterable[int]) -> Iterator[tuple[list[int], QuerySet[OfferObservation]]]:
    """Groups of offers that became suspect, with all observations from before they did.

    An offer that came as suspect is in no group.
    """
    doubts = _changes().filter(row_id__in=list(keys), old=LIVE, new=SUSPECT).order_by("pk")
    last = dict(doubts.values_list("row_id", "revision"))
    groups: dict[int, list[int]] = defaultdict(list)
    for key, revision in last.items():
        if key is not None:
            groups[revision].append(key)
    for revision, together in groups.items():
        # Observations know no revision: those of an import are younger than the one before it.
        before = CatalogRevision.objects.filter(number__lt=revision).first()
        if before is not None:
            yield together, OfferObservation.objects.filter(recorded_at__lte=before.created_at)


def _changes() -> QuerySet[RowChange]:
    of_offers = RowChange.objects.filter(kind=RowChange.Kind.OFFER, what=RowChange.What.CHANGED)
    return of_offers.filter(field="status")
