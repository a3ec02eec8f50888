"""What a deployment must carry: load, target, headroom and limits in one place."""

import math
from typing import Literal

import attrs
from attrs import frozen

from sizing.engine.loads import Concurrency, Load, Rate, Saturated, Static
from sizing.engine.search.request import Constraints, SizingRequest, Target
from sizing.engine.workload import LlmInference, Objective

Mode = Literal["static", "closed", "open", "offline"]


@frozen(kw_only=True)
class Limits:
    """Largest acceptable latencies in seconds; None means no limit."""

    ttft_s: float | None = None
    tpot_s: float | None = None
    percentile: float | None = None


@frozen(kw_only=True)
class Demand:
    """Load of the whole deployment.

    Attributes:
        mode: "static" and "closed" hold a number of requests, "open" sees them arrive, "offline"
            has them all queued.
        requests: requests in flight, peak, growth and headroom included; None unless static or
            closed.
        requests_per_s: completions per second that must be reached, with the same factors; 0 when
            nothing is asked.
        limits: latencies to keep.
    """

    mode: Mode
    requests: float | None = None
    requests_per_s: float = 0.0
    limits: Limits = Limits()


def demand_of(request: SizingRequest, workload: LlmInference) -> Demand:
    """The demand that a request makes; `workload` is its workload."""
    factor = request.constraints.load_factor
    limits = _limits(request.constraints, workload.slo)
    load = effective_load(workload, request.target, limits)
    asked = _target_rate(request.target, workload) * factor
    if isinstance(load, Rate):
        rate = max(asked, load.requests_per_s * factor)
        return Demand(mode="open", requests_per_s=rate, limits=limits)
    if isinstance(load, Saturated):
        return Demand(mode="offline", requests_per_s=asked, limits=limits)
    held = load.batch if isinstance(load, Static) else load.requests
    return Demand(
        mode="static" if isinstance(load, Static) else "closed",
        requests=held * factor,
        requests_per_s=asked,
        limits=limits,
    )


def effective_load(workload: LlmInference, target: Target, limits: Limits) -> Load:
    """The load to predict: a target rate with a TTFT limit is arrivals, not a full queue.

    In a queue that is full from the start the time to first token grows with the queue, so a limit
    on it only means something for requests that arrive one by one.
    """
    rate = _target_rate(target, workload)
    if isinstance(workload.load, Saturated) and rate and limits.ttft_s is not None:
        return Rate(requests_per_s=rate)
    if isinstance(workload.load, Rate):
        return Rate(requests_per_s=max(rate, workload.load.requests_per_s))
    return workload.load


def asked_workload(request: SizingRequest, workload: LlmInference) -> LlmInference:
    """The workload whose metrics are shown: target as load, limits as service level."""
    limits = _limits(request.constraints, workload.slo)
    return attrs.evolve(
        workload,
        load=effective_load(workload, request.target, limits),
        slo=Objective(
            ttft_ms=_times(limits.ttft_s, 1e3),
            tpot_ms=_times(limits.tpot_s, 1e3),
            percentile=limits.percentile,
        ),
    )


def grown(workload: LlmInference, factor: float) -> LlmInference:
    """The workload that must still be carried: its load times that factor, in whole requests."""
    if factor == 1.0:
        return workload
    load = workload.load
    if isinstance(load, Static):
        return attrs.evolve(workload, load=Static(batch=whole_requests(load.batch * factor)))
    if isinstance(load, Concurrency):
        return attrs.evolve(
            workload, load=Concurrency(requests=whole_requests(load.requests * factor))
        )
    if isinstance(load, Rate):
        return attrs.evolve(workload, load=Rate(requests_per_s=load.requests_per_s * factor))
    return workload


def whole_requests(requests: float) -> int:
    """Rounded up, as nobody sends a part of one."""
    # 1.1 x 10 users are 11, whatever binary fractions make of it.
    return math.ceil(requests - 1e-9)


def _target_rate(target: Target, workload: LlmInference) -> float:
    tokens = (target.output_tokens_per_s or 0.0) / workload.output_tokens
    return max(target.requests_per_s or 0.0, tokens)


def _limits(constraints: Constraints, slo: Objective) -> Limits:
    return Limits(
        ttft_s=_times(_tighter(constraints.ttft_ms, slo.ttft_ms), 1e-3),
        tpot_s=_times(_tighter(constraints.tpot_ms, slo.tpot_ms), 1e-3),
        percentile=constraints.percentile or slo.percentile,
    )


def _tighter(one: float | None, other: float | None) -> float | None:
    given = [limit for limit in (one, other) if limit is not None]
    return min(given, default=None)


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor
