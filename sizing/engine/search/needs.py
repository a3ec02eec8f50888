"""How many replicas a demand needs, from the curves of one."""

import math

import numpy as np
from attrs import frozen

from sizing.engine.operations import Array
from sizing.engine.search.curves import Curves
from sizing.engine.search.demand import Demand, Limits

COUNTS = tuple(sorted({round(2 ** (step / 4)) for step in range(57)} | set(range(1, 65))))
"""Numbers of replicas that are tried for a fixed number of requests: all to 64, then coarser."""
LOAD_OF_CAPACITY = 0.95
"""Highest load of an open queue: waiting grows as 1 / (1 - load)."""


@frozen(kw_only=True, eq=False, repr=False)
class Needs:
    """Arrays of shape (replicas,).

    Attributes:
        replicas: how many meet the demand; infinite where no number does.
        room: most requests in flight on one replica that keep all limits; 0 where none does.
        best_ttft_s, best_tpot_s: with a single request in flight.
        best_requests_per_s: of one replica within the limits.
    """

    replicas: Array
    room: Array
    best_ttft_s: Array
    best_tpot_s: Array
    best_requests_per_s: Array


def needs_of(curves: Curves, demand: Demand, prefill_s: Array | None = None) -> Needs:
    """Replicas that hold the load, reach the target and keep the limits.

    `prefill_s` are seconds per prompt of a replica that only prefills, shape (replicas,); needed
    where requests that start together have a limit on their first token.
    """
    room = _room(curves, demand, prefill_s)
    rows = np.arange(len(room))
    usable = _usable(room, demand)
    rate = np.where(usable >= 1, curves.at("requests_per_s", usable, rows), 0.0)
    if demand.mode == "open":
        replicas = _ceil_ratio(demand.requests_per_s, rate * LOAD_OF_CAPACITY)
    elif demand.mode == "offline":
        asked = demand.requests_per_s
        replicas = np.where(rate > 0, _ceil_ratio(asked, rate) if asked else 1.0, np.inf)
    else:
        replicas = _for_requests(curves, demand, room)
    return Needs(
        replicas=np.where(curves.most < 1, np.inf, replicas),
        room=room,
        best_ttft_s=curves.ttft_s[:, 0],
        best_tpot_s=curves.tpot_s[:, 0],
        best_requests_per_s=rate,
    )


def _room(curves: Curves, demand: Demand, prefill_s: Array | None) -> Array:
    room = curves.most
    limits = demand.limits
    if limits.tpot_s is not None:
        room = np.minimum(room, curves.most_within("tpot_s", limits.tpot_s))
    if limits.ttft_s is not None:
        room = np.minimum(room, _within_ttft(curves, demand, prefill_s))
    return np.asarray(np.where(room >= 1, np.floor(room + 1e-9), 0.0))


def _within_ttft(curves: Curves, demand: Demand, prefill_s: Array | None) -> Array:
    """Requests that start together wait for each other's prompts, others for one step.

    A whole batch has its first tokens together; users in flight get theirs one after another, so
    that a share of them waits for that share of all prompts (half of them on average).
    """
    limit = demand.limits.ttft_s or math.inf
    alone = curves.most_within("ttft_s", limit)
    if prefill_s is None:
        return alone
    share = 1.0 if demand.mode == "static" else max((demand.limits.percentile or 50) / 100, 0.5)
    return np.minimum(alone, np.maximum(np.floor(limit / (share * prefill_s)), 0.0))


def _usable(room: Array, demand: Demand) -> Array:
    """Mean requests in flight such that peaks stay within the room.

    Requests in flight of an open queue that is far from saturated are about Poisson distributed
    (M/G/infinity): b + z sqrt(b) = room.
    """
    if demand.mode != "open":
        return room
    z = _normal_quantile(demand.limits)
    return np.asarray((np.sqrt(room + z * z / 4.0) - z / 2.0) ** 2)


def _normal_quantile(limits: Limits) -> float:
    from statistics import NormalDist

    percentile = limits.percentile or 50.0
    return max(NormalDist().inv_cdf(percentile / 100.0), 0.0)


def _ceil_ratio(asked: float, rate: Array) -> Array:
    ratio = np.divide(asked, rate, out=np.full_like(rate, np.inf), where=rate > 0)
    return np.maximum(np.ceil(ratio - 1e-9), 1.0)


def _for_requests(curves: Curves, demand: Demand, room: Array) -> Array:
    """The smallest number of replicas that share a fixed number of requests acceptably."""
    held = demand.requests or 1.0
    counts = np.array(COUNTS, dtype=np.float64)
    share = np.ceil(held / counts)
    fits = share[None, :] <= room[:, None]
    if demand.requests_per_s:
        shape = (len(room), len(counts))
        rows = np.broadcast_to(np.arange(len(room))[:, None], shape).reshape(-1)
        per_replica = curves.at("requests_per_s", np.broadcast_to(share, shape).reshape(-1), rows)
        busy = np.minimum(counts, math.ceil(held))
        fits &= per_replica.reshape(shape) * busy >= demand.requests_per_s
    first = fits.argmax(axis=1)
    return np.where(fits.any(axis=1), counts[first], np.inf)
