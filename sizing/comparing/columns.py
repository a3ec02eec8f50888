"""The best that the engine finds for a workload on each thing that is compared."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from attrs import evolve, frozen

from catalog.models import Accelerator, Offer, Server
from sizing import adapters, fleet
from sizing.engine.hardware import System
from sizing.engine.recommend import SizingRequest, parse_sizing_request, recommend
from sizing.requests import Errors, model_finder
from sizing.services.answers import Grounds

Row = Accelerator | Server | Offer
INCOMPLETE = "The catalog knows too little of it to size on it."
NOT_LIVE = "This offer is {status}: no cost is made of it."
NO_SYSTEM = "This offer resolves to no system that the engine can size on."
NO_OFFER = "The catalog has no offer that resolves to it."
INTERRUPTIBLE = "Interruptible capacity is no price of a service that has to answer."
WITHOUT_SERVER = "The server that holds the accelerators is not in this price."
NOTHING = "Nothing of it can be had within these limits."


@frozen(kw_only=True)
class Column:
    """What the engine says of one thing: an entry of contract section 3, or why there is none.

    Attributes:
        unpriced: why no cost is made of it, where the entry has none.
    """

    best: Mapping[str, Any] | None = None
    problem: str = ""
    unpriced: str = NO_OFFER


def columns_for(body: Mapping[str, Any], rows: Sequence[Row], grounds: Grounds) -> list[Column]:
    """One column for each row, in their order.

    Raises:
        InputError: naming every wrong field of the request.
    """
    parsed(json.dumps(body, sort_keys=True), grounds)
    return [_column(json.dumps(body, sort_keys=True), row, grounds) for row in rows]


@lru_cache(maxsize=32)
def parsed(body: str, grounds: Grounds) -> SizingRequest:
    """The request as the engine reads it, for one best answer.

    Raises:
        InputError: naming every wrong field.
    """
    asked = json.loads(body) | {"limit": 1}
    errors = Errors(asked)
    found = errors.collect(lambda: parse_sizing_request(asked, model_finder(grounds.revision)))
    errors.raise_if_any()
    assert found is not None  # else there was an error
    return found


def _column(body: str, row: Row, grounds: Grounds) -> Column:
    systems, problem = _systems(row, grounds)
    if problem:
        return Column(problem=problem)
    return evolve(_best(body, systems, grounds), unpriced=_unpriced(row))


def _unpriced(row: Row) -> str:
    if not isinstance(row, Offer):
        return NO_OFFER
    return INTERRUPTIBLE if row.pricing == Offer.Pricing.SPOT else WITHOUT_SERVER


def _best(body: str, systems: tuple[System, ...], grounds: Grounds) -> Column:
    answer = recommend(parsed(body, grounds), systems, grounds.calibration).to_dict()
    for entry in answer["recommendations"]:
        return Column(best=entry)
    misses = [entry["nearest_miss"] for entry in answer["rejected"]]
    return Column(problem=misses[0] if misses else NOTHING)


def _systems(row: Row, grounds: Grounds) -> tuple[tuple[System, ...], str]:
    """What a column may be built of, or why there is nothing."""
    if isinstance(row, Offer):
        return _of_offer(row, grounds)
    known = fleet.systems(grounds.revision)
    if isinstance(row, Server):
        found = tuple(one for one in known if (one.kind, one.slug) == ("server", row.slug))
    elif row.derived and adapters.is_sizable(row):
        found = (fleet.attached_system(row),)
    else:
        found = tuple(one for one in known if one.accelerator.slug == row.slug)
    return found, "" if found else INCOMPLETE


def _of_offer(offer: Offer, grounds: Grounds) -> tuple[tuple[System, ...], str]:
    """The system of an offer at its price alone."""
    if offer.status != Offer.Status.LIVE:
        return (), NOT_LIVE.format(status=offer.get_status_display().lower())
    for system in fleet.systems(grounds.revision):
        prices = tuple(price for price in system.prices if price.offer == offer.slug)
        if prices:
            return (evolve(system, prices=prices),), ""
    return (), NO_SYSTEM
