"""How a replica behaves as more requests are in flight on it: one curve per replica."""

import math

import numpy as np
import numpy.typing as npt
from attrs import frozen

from sizing.engine.calibration import Calibration
from sizing.engine.operations import Array
from sizing.engine.search.holding import holding_of
from sizing.engine.search.replicas import Replicas
from sizing.engine.search.steady import SteadyState, steady_state
from sizing.engine.workload import LlmInference

RATIO = 4.0
"""Requests in flight at one point of a curve over those at the point before."""

METRICS = ("ttft_s", "tpot_s", "latency_s", "requests_per_s")


@frozen(kw_only=True, eq=False, repr=False)
class Curves:
    """Metrics of replicas at 1, RATIO, RATIO ** 2 ... requests in flight.

    The points are the same for all replicas, whatever their memory, so that a replica with more of
    it is never judged worse.

    Attributes:
        most: largest number of requests in flight, shape (replicas,); 0 where none fits.
        shortfall_bytes: per accelerator, to hold the weights and one request; <= 0 fits.
        ttft_s, tpot_s, latency_s, requests_per_s: shape (replicas, points); beyond the point at or
            after `most`, values repeat.
    """

    most: Array
    shortfall_bytes: Array
    ttft_s: Array
    tpot_s: Array
    latency_s: Array
    requests_per_s: Array

    def at(self, metric: str, requests: Array, rows: npt.NDArray[np.int64]) -> Array:
        """A metric at a number of requests in flight; power law between the points.

        Args:
            requests: shape (n,), held within 1 ... `most`.
            rows: replica of each, shape (n,).
        """
        values = getattr(self, metric)
        held = np.clip(requests, 1.0, np.maximum(self.most[rows], 1.0))
        place = np.log(held) / math.log(RATIO)
        below = np.minimum(place.astype(np.int64), values.shape[1] - 2)
        low, high = np.log(values[rows, below]), np.log(values[rows, below + 1])
        return np.asarray(np.exp(low + (place - below) * (high - low)))

    def most_within(self, metric: str, limit: float) -> Array:
        """Requests in flight at which a rising metric reaches a limit, shape (replicas,).

        0 where even one request exceeds it, `most` where nothing does.
        """
        values = np.maximum.accumulate(getattr(self, metric), axis=1)
        within = (values <= limit).sum(axis=1)
        last = np.clip(within - 1, 0, values.shape[1] - 2)
        index = np.arange(len(values))
        low, high = np.log(values[index, last]), np.log(values[index, last + 1])
        rise = high - low
        share = np.divide(math.log(limit) - low, rise, out=np.ones_like(rise), where=rise > 1e-9)
        share = np.clip(share, 0.0, 1.0)
        reached = np.where(within == values.shape[1], np.inf, RATIO ** (last + share))
        return np.where(within == 0, 0.0, np.minimum(reached, self.most))

    def requests_at_rate(self, rate: Array, rows: npt.NDArray[np.int64]) -> Array:
        """Requests in flight at which a replica completes `rate` per second, by bisection."""
        low, high = np.zeros(len(rows)), np.log(np.maximum(self.most[rows], 1.0))
        for _ in range(16):
            middle = 0.5 * (low + high)
            enough = self.at("requests_per_s", np.exp(middle), rows) >= rate
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        return np.asarray(np.exp(high))


def curves_of(
    replicas: Replicas, workload: LlmInference, calibration: Calibration, most_in_flight: float
) -> Curves:
    """Curves of all replicas; only those that hold a request, and only as far, are predicted.

    Args:
        most_in_flight: requests of one attention group beyond which no runtime batches or nobody
            asks.
    """
    holding = holding_of(workload, replicas)
    most = np.floor(np.minimum(holding.requests, most_in_flight * replicas.attention_dp))
    steps = np.ceil(np.log(np.maximum(most, 1.0)) / math.log(RATIO) - 1e-9).astype(np.int64)
    width = max(int(steps.max(initial=0)), 1) + 1
    wanted = (np.arange(width)[None, :] <= steps[:, None]) & (most[:, None] >= 1)
    index, step = np.nonzero(wanted)
    table = {name: np.full((len(replicas), width), np.nan) for name in METRICS}
    if len(index):
        state = steady_state(
            workload, replicas.take(index), np.asarray(RATIO**step, dtype=np.float64), calibration
        )
        for name in METRICS:
            table[name][index, step] = _positive(state, name)
    held = np.minimum(np.arange(width)[None, :], steps[:, None])
    table = {name: np.take_along_axis(values, held, 1) for name, values in table.items()}
    # Throughput that falls with the batch is no reason to leave room unused.
    table["requests_per_s"] = np.maximum.accumulate(table["requests_per_s"], axis=1)
    return Curves(most=most, shortfall_bytes=holding.shortfall_bytes, **table)


def _positive(state: SteadyState, name: str) -> Array:
    """A metric made safe for logarithms (one output token has no time between tokens)."""
    return np.asarray(np.maximum(getattr(state, name), 1e-12))
