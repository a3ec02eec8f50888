"""Which of a system's prices counts for a request."""

from collections.abc import Sequence

from sizing.engine.hardware import Price
from sizing.engine.search.request import Constraints

INTERRUPTIBLE = "spot"


def best_rent(
    prices: Sequence[Price], constraints: Constraints, *, interruptible: bool
) -> Price | None:
    """The first usable rental price of lasting or of interruptible capacity.

    Args:
        prices: best first, as the catalog orders them.
    """
    usable = (
        price
        for price in prices
        if price.amount_per_h is not None
        and (price.terms == INTERRUPTIBLE) == interruptible
        and _in_time(price, constraints)
        and _near(price, constraints)
    )
    return next(usable, None)


def best_purchase(prices: Sequence[Price], constraints: Constraints) -> Price | None:
    """The first usable purchase price; a region does not bind what is bought."""
    usable = (
        price
        for price in prices
        if price.purchase_amount is not None and _in_time(price, constraints)
    )
    return next(usable, None)


def _in_time(price: Price, constraints: Constraints) -> bool:
    if constraints.as_of is None:
        return True
    return bool(price.observed_on) and price.observed_on <= constraints.as_of


def _near(price: Price, constraints: Constraints) -> bool:
    wanted = {region.casefold() for region in constraints.regions}
    return not wanted or price.region.casefold() in wanted
