"""Open systems: Poisson arrivals, simulated on a clock, one event per joining or leaving.

Between two events the batch does not change, so the simulation leaps over all steps in between.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from heapq import heappop, heappush

import numpy as np
from attrs import frozen

from sizing.engine.operations import Array

StepTime = Callable[[float, float], float]
"""Seconds of a step with so many decoding sequences and prompt tokens."""

REQUESTS = 600
WARM_UP = 0.1
"""Share of requests whose latencies are left out: the system starts empty."""
SEED = 20260101


@frozen(kw_only=True)
class Arrivals:
    """An open system on one replica.

    Attributes:
        rate: requests per second.
        outputs: tokens to generate, one entry per request.
        new_tokens: prompt tokens to compute, per request.
        admitted: most requests in flight.
        step_tokens: token budget of one step.
        chunked: prompts may be cut to fit the budget.
    """

    rate: float
    outputs: Array
    new_tokens: int
    admitted: int
    step_tokens: int
    chunked: bool


@frozen(kw_only=True, eq=False, repr=False)
class Served:
    """Latencies in seconds of the requests after warm-up, shape (requests,), and rates.

    Attributes:
        rate: first tokens per second after warm-up: what is served, without the run's drain.
        live, live_peak: mean and most requests between first and last token.
    """

    ttft: Array
    decode: Array
    outputs: Array
    rate: float
    live: float
    live_peak: float


Z95 = 1.645
"""Normal quantile of 95 %."""


def output_lengths(mean: float, p50: float | None, p95: float | None) -> Array:
    """Tokens of each simulated request: equal, or log-normal where percentiles are known."""
    if p95 is None:
        return np.full(REQUESTS, max(round(mean), 1), dtype=np.float64)
    sigma = _spread_by_mean(p95 / mean) if p50 is None else np.log(max(p95 / p50, 1.0)) / Z95
    draws = np.random.default_rng(SEED + 1).normal(0.0, sigma, REQUESTS)
    lengths = np.exp(draws)
    return np.asarray(np.maximum(np.round(lengths * mean / lengths.mean()), 1.0))


def _spread_by_mean(ratio: float) -> float:
    """Sigma of the log-normal whose 95th percentile is so many times its mean.

    ln(p95 / mean) = z sigma - sigma^2 / 2, of which the narrower solution is meant. No log-normal
    has a ratio beyond exp(z^2 / 2) = 3.87: then the one that comes nearest stands for it.
    """
    logarithm = min(np.log(max(ratio, 1.0)), Z95**2 / 2.0)
    return float(Z95 - np.sqrt(Z95**2 - 2.0 * logarithm))


@frozen(eq=False, repr=False)
class _Times:
    """Seconds of first and last tokens, one entry per request; `peak` requests decoded at once."""

    first: Array
    last: Array
    peak: int


def _taken(system: Arrivals, waiting: int, decoding: int, cut: int) -> tuple[int, int, int]:
    """Prompt tokens of a mixed step, prompts it completes, tokens done of the one it cuts.

    Args:
        cut: tokens of the first waiting prompt that earlier steps computed.
    """
    budget = system.step_tokens - decoding
    if waiting == 1 and not cut and budget >= system.new_tokens:
        return system.new_tokens, 1, 0
    budget = max(budget, 64)
    room = min(waiting, system.admitted - decoding)
    if not system.chunked:
        done = min(room, max(1, budget // system.new_tokens))
        return done * system.new_tokens, done, 0
    tokens = min(budget, room * system.new_tokens - cut)
    done, left = divmod(cut + tokens, system.new_tokens)
    return tokens, done, left


def _serve(system: Arrivals, step_time: StepTime, arrivals: list[float]) -> _Times:
    """Run all events in one loop over local names: an answer may need thousands of them."""
    count, admitted = len(arrivals), system.admitted
    ends = [int(tokens) - 1 for tokens in system.outputs]
    first, last = [0.0] * count, [0.0] * count
    # Requests between first and last token as (step of the last, request), and waiting ones as
    # the range from `begun` to `arrived`: first come, first served.
    live: list[tuple[int, int]] = []
    known: dict[tuple[int, int], float] = {}
    now, step, begun, arrived, cut = 0.0, 0, 0, 0, 0
    while begun < count or live:
        while arrived < count and arrivals[arrived] <= now:
            arrived += 1
        decoding, tokens, done, steps = len(live), 0, 0, 1
        if begun < arrived and decoding < admitted:
            tokens, done, cut = _taken(system, arrived - begun, decoding, cut)
        elif not live:
            now = arrivals[arrived]
            continue
        seconds = known.get((decoding, tokens))
        if seconds is None:
            seconds = known[decoding, tokens] = step_time(decoding, tokens)
        if not tokens:
            joins = arrived < count and decoding < admitted
            until = arrivals[arrived] - now if joins else math.inf
            steps = _leap(live[0][0] - step, until, seconds)
        step, now = step + steps, now + steps * seconds
        while live and live[0][0] <= step:
            last[heappop(live)[1]] = now
        for request in range(begun, begun + done):
            first[request] = last[request] = now
            if ends[request] > 0:
                heappush(live, (step + ends[request], request))
        begun += done
    return _Times(np.array(first), np.array(last), peak=max(decoding for decoding, _ in known))


def _leap(left: int, until: float, seconds: float) -> int:
    """Decode steps before the batch changes: the first to end has `left`, the next joins in."""
    if left * seconds <= until:
        return left if left > 0 else 1
    return min(left, int(until / seconds) + 1)


@lru_cache(maxsize=1)
def _unit_arrivals() -> Array:
    """Arrivals at one request per second, the same for every answer."""
    return np.cumsum(np.random.default_rng(SEED).exponential(1.0, REQUESTS))


def simulate_arrivals(system: Arrivals, step_time: StepTime) -> Served:
    """Serve `REQUESTS` Poisson arrivals (fixed seed) and time each of them."""
    arrivals = _unit_arrivals() / system.rate
    times = _serve(system, step_time, arrivals.tolist())
    kept = slice(int(WARM_UP * REQUESTS), None)
    wall = max(float(times.last.max() - arrivals[0]), 1e-9)
    decode = times.last - times.first
    return Served(
        ttft=(times.first - arrivals)[kept],
        decode=decode[kept],
        outputs=system.outputs[kept],
        rate=len(decode[kept]) / max(times.first.max() - arrivals[kept][0], 1e-9),
        live=float(decode.sum() / wall),
        live_peak=float(times.peak),
    )
