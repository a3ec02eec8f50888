"""One piece of news as a plain row: what a webhook gets and what a mail is written from."""

import datetime as dt
from decimal import Decimal
from typing import Any

from catalog.freshness import freshness
from catalog.models import Offer, OfferObservation

NEW, CHANGED, BACK, WITHDRAWN, STALE = "new", "changed", "back", "withdrawn", "stale"
Row = dict[str, Any]
SMALLEST_STEP = Decimal("0.0001")


def priced_row(
    offer: Offer, now: OfferObservation, then: OfferObservation | None, today: dt.date
) -> Row:
    """An offer that is new, or costs something else than before."""
    before = _price(offer, then.amount, then.currency, then.observed_on) if then else None
    price = _price(offer, now.amount, now.currency, now.observed_on)
    row = _described(offer, CHANGED if then else NEW, price, before, today)
    return row | {"source": now.source.title}


def stock_row(offer: Offer, kind: str, today: dt.date) -> Row:
    """An offer that vanished or came back, with the price that it has."""
    price = _price(offer, offer.amount, offer.currency, offer.observed_on)
    return _described(offer, kind, price, None, today)


def _price(offer: Offer, amount: Decimal, currency: str, seen: dt.date | None) -> Row:
    each = (amount / offer.accelerator_count).quantize(SMALLEST_STEP)
    return {
        "amount": f"{amount.normalize():f}",
        "amount_per_accelerator": f"{each.normalize():f}",
        "currency": currency,
        "observed_on": seen and seen.isoformat(),
    }


def _described(offer: Offer, kind: str, price: Row, before: Row | None, today: dt.date) -> Row:
    seen = price["observed_on"]
    return {
        "kind": kind,
        "offer": offer.slug,
        "system": offer.target_name,
        "provider": offer.provider.name,
        "accelerator": offer.accelerator.slug,
        "accelerator_name": offer.accelerator.name,
        "accelerator_count": float(offer.accelerator_count),
        "pricing": offer.pricing,
        "unit": offer.unit,
        "region": offer.region,
        **price,
        "before": before,
        "freshness": freshness(dt.date.fromisoformat(seen) if seen else None, today),
        "source": offer.source.title,
        "url": offer.get_absolute_url(),
    }
