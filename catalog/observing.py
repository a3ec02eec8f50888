"""Prices that people type: observations like any other, so that history and row agree."""

import datetime as dt
from uuid import uuid4

from django.db.models import F, Q

from catalog.models import Offer, OfferObservation

PRICE = ("amount", "currency", "observed_on", "source_id")
MARK = "edit-"
"""Starts the fingerprint of an edit; that of a row in a file is hexadecimal."""


def has_other_price(before: Offer | None, after: Offer) -> bool:
    """Whether an edit says something of the price that the offer did not say before."""
    return before is None or any(getattr(before, part) != getattr(after, part) for part in PRICE)


def observe_edit(offer: Offer) -> OfferObservation:
    """Append what the row says now as its newest observation."""
    return OfferObservation.objects.create(
        offer=offer,
        amount=offer.amount,
        currency=offer.currency,
        observed_on=offer.observed_on,
        source=offer.source,
        locator="Edit by hand",
        fingerprint=f"{MARK}{uuid4().hex}",
    )


def last_seen_on(offer: Offer) -> dt.date | None:
    """The day of the newest observation; an edit of an earlier day would not be the price."""
    newest = offer.observations.order_by(F("observed_on").desc(nulls_last=True)).first()
    return newest.observed_on if newest else None


def said_by_people() -> set[tuple[str, dt.date | None]]:
    """Offers and days of which somebody edited the price, or accepted a report about it."""
    by_people = OfferObservation.objects.filter(
        Q(fingerprint__startswith=MARK) | Q(reports__isnull=False)
    )
    return set(by_people.values_list("offer__slug", "observed_on"))
