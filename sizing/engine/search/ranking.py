"""The final order, by the full estimates."""

import math
from collections.abc import Sequence

import numpy as np

from sizing.engine.search.finalist import Finalist
from sizing.engine.search.selection import unbeaten


def ranked(
    finalists: Sequence[Finalist], objective: str, *, by_token: bool, currency: str | None
) -> list[Finalist]:
    """Best first; equal ones by cost, size, latency and the order of the catalog."""

    def key(finalist: Finalist) -> tuple[float, ...]:
        return (
            objective_value(finalist, objective, by_token=by_token, currency=currency),
            comparable_cost(finalist, currency),
            finalist.count,
            _first(finalist, "request_latency_ms", "latency_ms"),
            finalist.row,
        )

    return sorted(finalists, key=key)


def objective_value(
    finalist: Finalist, objective: str, *, by_token: bool, currency: str | None
) -> float:
    """What the objective makes small; infinite where it is not known.

    Args:
        by_token: cost is judged per output token, not per hour.
        currency: the one that costs are compared in.
    """
    if objective == "latency":
        return _first(finalist, "request_latency_ms", "latency_ms")
    if objective == "throughput":
        return -_first(finalist, "output_tokens_per_s", "tflops")
    if objective == "energy":
        energy = energy_wh_per_unit(finalist)
        return math.inf if energy is None else energy
    cost = comparable_cost(finalist, currency)
    return finalist.per_million_tokens(cost) or math.inf if by_token else cost


def comparable_cost(finalist: Finalist, currency: str | None) -> float:
    """Cost per hour; infinite without a price in that currency."""
    price = finalist.supply.price
    known = price is not None and price.currency == currency
    return finalist.cost_per_h if known and finalist.cost_per_h is not None else math.inf


def energy_wh_per_unit(finalist: Finalist) -> float | None:
    """Watt hours per million output tokens, or per product of matrices; None without a power."""
    if finalist.power_w is None:
        return None
    latency = finalist.metric("latency_ms")
    if latency is not None:
        return finalist.power_w * latency / 3.6e6
    return finalist.per_million_tokens(finalist.power_w)


def slowness(finalist: Finalist, mode: str) -> float:
    """What a faster deployment has less of: latency at a given rate, else time per token."""
    if mode == "open" or finalist.metric("output_tokens_per_s") is None:
        return _first(finalist, "request_latency_ms", "latency_ms")
    return -_first(finalist, "output_tokens_per_s")


def frontier_of(ranked: Sequence[Finalist], mode: str, currency: str | None) -> list[int]:
    """Ranks that none beats on both cost and speed, ascending."""
    cost = np.array([comparable_cost(finalist, currency) for finalist in ranked])
    slow = np.array([slowness(finalist, mode) for finalist in ranked])
    return sorted(position + 1 for position in unbeaten(cost, slow))


def _first(finalist: Finalist, *names: str) -> float:
    found = (finalist.metric(name) for name in names)
    return next((value for value in found if value is not None), math.inf)
