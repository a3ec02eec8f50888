"""Which offers an alert is about: one, or those that fit the filters of a list."""

from django.db.models import QuerySet
from django.http import QueryDict

from catalog.errors import CatalogError
from catalog.filtersets import OfferFilterSet
from catalog.listing.narrowing import filters_of, pairs_of
from catalog.models import Alert, Offer

FRESHNESS, STATUS = "freshness", "status"


class NotWatchable(CatalogError):  # noqa: N818 - reads as the fact it states
    """A question that no list of offers answers; the message names the filter."""


def filters(query: str) -> OfferFilterSet:
    """The filters of an offers list, understood.

    Raises:
        NotWatchable: a filter is wrong, or asks for a past day.
    """
    filterset = OfferFilterSet(QueryDict(query), queryset=Offer.objects.all())
    if filterset.form.data.get("as_of"):
        filterset.form.add_error("as_of", "An alert is of new prices; leave the day out.")
    if not filterset.form.is_valid():
        wrong = [f"{name}: {errors[0]}" for name, errors in filterset.form.errors.items()]
        raise NotWatchable("; ".join(wrong))
    return filterset


def narrowing(query: str) -> str:
    """The part of a list's address that narrows it."""
    return filters_of(QueryDict(query)).urlencode()


def pairs(query: str) -> list[tuple[str, str]]:
    """Filters and their values, for people."""
    return pairs_of(QueryDict(query))


def offers_of(alert: Alert) -> QuerySet[Offer]:
    """Offers that fit now.

    Raises:
        NotWatchable: the filters mean nothing any more.
    """
    if alert.offer_id is not None:
        return _cheap_enough(_one(alert), alert)
    return _cheap_enough(filters(alert.query).left(), alert)


def offers_that_age(alert: Alert) -> QuerySet[Offer]:
    """Offers that fit, whatever the age of their price; none where stale ones are asked for."""
    if alert.offer_id is not None:
        return offers_of(alert)
    filterset = filters(alert.query)
    if filterset.form.cleaned_data[FRESHNESS] not in ("", "fresh"):
        return Offer.objects.none()
    return _cheap_enough(filterset.left(but=FRESHNESS), alert)


def offers_withdrawn(alert: Alert) -> QuerySet[Offer]:
    """Offers that would fit if they were not withdrawn; none where a status is asked for."""
    gone = Offer.objects.filter(status=Offer.Status.WITHDRAWN)
    if alert.offer_id is not None:
        return _cheap_enough(gone.filter(pk=alert.offer_id), alert)
    filterset = filters(alert.query)
    if filterset.has_chosen(STATUS):
        return Offer.objects.none()
    return _cheap_enough(filterset.left(but=STATUS).filter(status=Offer.Status.WITHDRAWN), alert)


def _one(alert: Alert) -> QuerySet[Offer]:
    return Offer.objects.filter(pk=alert.offer_id or 0, status=Offer.Status.LIVE)


def _cheap_enough(rows: QuerySet[Offer], alert: Alert) -> QuerySet[Offer]:
    if alert.limit is None:
        return rows
    # The column is a float: a price that is the limit itself must not fail by its last bit.
    most = float(alert.limit) * (1 + 1e-9)
    return rows.filter(currency=alert.currency, amount_per_accelerator__lte=most)
