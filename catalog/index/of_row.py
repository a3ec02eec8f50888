"""What the index knows of the offers of one accelerator, server or instance type."""

import datetime as dt

import numpy as np
from attrs import frozen
from django.db.models import Model, Q
from numpy.typing import NDArray

from catalog import querysets
from catalog.facets.lists import offers_as_of
from catalog.freshness import LEVELS
from catalog.index.conditions import where
from catalog.index.finding import FoundOffers
from catalog.index.grouping import grouping
from catalog.index.keeping import current_index
from catalog.index.offer_index import OfferIndex
from catalog.index.orders import in_order
from catalog.index.vectors import Coded, Positions
from catalog.models import Offer

LIVE = Q(status=Offer.Status.LIVE)


def live_offers(noun: str, row: Model, day: dt.date | None = None) -> FoundOffers:
    """Live offers that refer to a row, freshest and cheapest first, at the prices of a day."""
    index = current_index(day)
    fitting = where(LIVE & Q(**{noun: row}), index)
    positions = in_order(index)
    kept = np.compress(fitting.take(positions), positions)
    return FoundOffers(kept, querysets.offers(day), index)


@frozen(kw_only=True)
class Seller:
    """What one provider rents out of an accelerator in one currency.

    Attributes:
        lowest: price per accelerator and hour by kind of pricing and level of freshness.
        newest: day on which a price was last seen; None when no day is known.
    """

    provider_id: int
    currency: str
    offers: int
    instances: int
    lowest: dict[tuple[str, str], float]
    newest: dt.date | None


def sellers(accelerator: Model, day: dt.date | None = None) -> list[Seller]:
    """Who rents out a variant, in no order."""
    index = current_index(day)
    rented = LIVE & Q(accelerator=accelerator) & ~Q(pricing=Offer.Pricing.BUY)
    rows = np.flatnonzero(where(rented, index))
    providers, currencies = (_coded(index, name) for name in ("provider", "currency"))
    pairs, group = np.unique(
        providers.codes[rows] * len(currencies.values) + currencies.codes[rows],
        return_inverse=True,
    )
    number = np.bincount(group, minlength=len(pairs)).tolist()
    instances = _distinct(group, _coded(index, "instance"), rows, len(pairs))
    newest = _newest(group, _coded(index, "observed_on"), rows, len(pairs))
    lowest = _lowest(group, index, day, rows, len(pairs))
    return [
        Seller(
            provider_id=providers.values[pair // len(currencies.values)],
            currency=currencies.values[pair % len(currencies.values)],
            offers=number[place],
            instances=instances[place],
            lowest=lowest[place],
            newest=newest[place],
        )
        for place, pair in enumerate(pairs.tolist())
    ]


def _coded(index: OfferIndex, name: str) -> Coded:
    column = index.column(name)
    if not isinstance(column, Coded):
        raise TypeError(f"{name} holds plain figures")
    return column


def _distinct(group: Positions, column: Coded, rows: Positions, many: int) -> list[int]:
    known = ~column.unknown()[rows]
    pairs = np.unique(group[known] * len(column.values) + column.codes[rows][known])
    return np.bincount(pairs // max(len(column.values), 1), minlength=many).tolist()


def _newest(group: Positions, days: Coded, rows: Positions, many: int) -> list[dt.date | None]:
    ordinals = np.array([0 if day is None else day.toordinal() for day in days.values], np.int64)
    last = np.zeros(many, np.int64)
    np.maximum.at(last, group, ordinals[days.codes[rows]])
    return [dt.date.fromordinal(day) if day else None for day in last.tolist()]


def _lowest(
    group: Positions, index: OfferIndex, day: dt.date | None, rows: Positions, many: int
) -> list[dict[tuple[str, str], float]]:
    age = next(facet for facet in offers_as_of(day) if facet.name == "freshness")
    levels = grouping(age, index).column
    pricings, prices = _coded(index, "pricing"), index.column("amount_per_accelerator").figures()
    found: list[dict[tuple[str, str], float]] = [{} for _ in range(many)]
    for pricing in Offer.Pricing.values:
        priced = pricings.where(pricing.__eq__)[rows]
        for level in LEVELS:
            asked = priced & levels.where(level.__eq__)[rows]
            for place, price in _minima(group[asked], prices[rows][asked], many):
                found[place][pricing, level] = price
    return found


def _minima(group: Positions, prices: NDArray[np.float64], many: int) -> list[tuple[int, float]]:
    least = np.full(many, np.inf)
    np.minimum.at(least, group, prices)
    return [(place, price) for place, price in enumerate(least.tolist()) if price < np.inf]
