"""Run one load on one situation: schedule it, price it, read the clock."""

from collections.abc import Mapping

import numpy as np
from attrs import frozen

from sizing.engine.loads import Rate
from sizing.engine.operations import Array, Step
from sizing.engine.rates import Rates
from sizing.engine.serving.evaluate import PricedSteps, price_steps_of
from sizing.engine.serving.loads import schedule_of
from sizing.engine.serving.metrics import Timing, timing_of
from sizing.engine.serving.open_loop import Arrivals, Served, output_lengths, simulate_arrivals
from sizing.engine.serving.schedule import Schedule
from sizing.engine.serving.situation import Situation
from sizing.engine.serving.step_table import step_table

KEEPS_UP = 0.95
"""Served over offered rate above which an open load counts as served as it comes."""


@frozen(kw_only=True, eq=False, repr=False)
class Outcome:
    """What a load does on a situation.

    Attributes:
        live: requests that hold cache at once on a replica.
        priced, repeats: steps with their price, and how often each runs.
        starved: requests wait because memory admits no more.
        keeps_up: an open load is served as fast as it arrives.
    """

    timing: Timing
    live: float
    priced: PricedSteps
    repeats: Array
    starved: bool
    keeps_up: bool = False
    notes: tuple[str, ...] = ()


def run_load(situation: Situation, rates: Rates) -> Outcome:
    """Timing of the situation's load, means or at the percentile its objective asks for."""
    if isinstance(situation.workload.load, Rate):
        return _run_open(situation, situation.workload.load, rates)
    schedule = schedule_of(situation)
    priced = price_steps_of(situation, schedule.step, rates)
    request_s = float(rates("host_request_s")[0])
    timing = timing_of(situation, schedule, priced.price.total, request_s)
    percentile = situation.workload.slo.percentile
    if percentile is not None and schedule.trace is not None:
        arrived, first, last = schedule.trace.times(priced.price.total)
        gaps = max(situation.workload.output_tokens - 1.0, 1.0)
        timing = _at_percentile(
            timing, percentile, first - arrived + request_s, (last - first) / gaps, last - arrived
        )
    wanted = float(schedule.waiting.max() + schedule.decoding.max())
    return Outcome(
        timing=timing,
        live=schedule.live * situation.plan.pipeline_parallel
        if not situation.is_static
        else schedule.live,
        priced=priced,
        repeats=schedule.repeats,
        starved=_starved(situation, schedule, wanted),
    )


def _starved(situation: Situation, schedule: Schedule, wanted: float) -> bool:
    limited = situation.max_requests <= situation.admitted
    return limited and not situation.is_static and schedule.live >= situation.admitted < wanted


def _at_percentile(
    timing: Timing, percentile: float, ttft: Array, tpot: Array, latency: Array
) -> Timing:
    def at(values: Array) -> float:
        return float(np.percentile(values, percentile))

    return Timing(
        ttft_s=at(ttft),
        tpot_s=at(tpot),
        latency_s=at(latency),
        requests_per_s=timing.requests_per_s,
        prefill_tokens_per_s=timing.prefill_tokens_per_s,
        decode_tokens_per_s=timing.decode_tokens_per_s,
    )


def _run_open(situation: Situation, load: Rate, rates: Rates) -> Outcome:
    workload, plan = situation.workload, situation.plan
    streams = plan.data_parallel * plan.pipeline_parallel
    outputs = output_lengths(workload.output.mean, workload.output.p50, workload.output.p95)
    outputs = _decode_steps(outputs, workload.tokens_per_step)
    admitted = max(situation.admitted // plan.pipeline_parallel, 1)
    system = Arrivals(
        rate=load.requests_per_s / streams,
        outputs=outputs,
        new_tokens=max(1, round(workload.new_tokens)),
        admitted=admitted,
        step_tokens=max(situation.step_tokens // plan.pipeline_parallel, 1),
        chunked=situation.runtime.chunked,
    )
    table = step_table(situation, rates, min(admitted, len(outputs)))
    served = simulate_arrivals(system, table)
    request_s = float(rates("host_request_s")[0])
    step, repeats = _mean_steps(situation, system, served)
    return Outcome(
        timing=_open_timing(situation, served, request_s, load.requests_per_s, streams),
        live=min(served.live_peak, admitted) * plan.pipeline_parallel,
        priced=price_steps_of(situation, step, rates),
        repeats=repeats,
        starved=served.live_peak >= admitted == situation.max_requests // plan.pipeline_parallel,
        keeps_up=served.rate * streams > KEEPS_UP * load.requests_per_s,
        notes=_overload_notes(served, load, streams),
    )


def _decode_steps(outputs: Array, tokens_per_step: float) -> Array:
    """Steps that requests of these lengths take; the first token comes with the prompt."""
    if tokens_per_step == 1.0:
        return outputs
    return np.maximum(np.round(1.0 + (outputs - 1.0) / tokens_per_step), 1.0)


def _open_timing(
    situation: Situation, served: Served, request_s: float, offered: float, streams: int
) -> Timing:
    workload = situation.workload
    percentile = workload.slo.percentile
    gaps = np.maximum(served.outputs - 1.0, 1.0) * workload.tokens_per_step

    def summary(values: Array) -> float:
        return float(values.mean() if percentile is None else np.percentile(values, percentile))

    ttft = summary(served.ttft) + request_s
    tpot = summary(served.decode / gaps) if workload.output_tokens > 1 else 0.0
    sustained = served.rate * streams
    rate = offered if sustained > KEEPS_UP * offered else sustained
    return Timing(
        ttft_s=ttft,
        tpot_s=tpot,
        latency_s=summary(served.ttft + served.decode) + request_s,
        requests_per_s=rate,
        prefill_tokens_per_s=workload.input_tokens / ttft,
        decode_tokens_per_s=rate * float(served.decode.mean()) / tpot if tpot else 0.0,
    )


def _overload_notes(served: Served, load: Rate, streams: int) -> tuple[str, ...]:
    sustained = served.rate * streams
    if sustained > KEEPS_UP * load.requests_per_s:
        return ()
    note = (
        f"{load.requests_per_s:g} requests/s exceed what this deployment sustains "
        f"({sustained:.3g}/s): its queue grows, and latencies describe a run of "
        f"{len(served.outputs)} requests only."
    )
    return (note,)


def _mean_steps(situation: Situation, system: Arrivals, served: Served) -> tuple[Step, Array]:
    """A decode step and a step with one prompt, in the proportion that they occur."""
    workload = situation.workload
    live = max(served.live, 1.0)
    step = Step(
        decode_tokens=np.array([live, live]),
        decode_context=np.full(2, workload.input_tokens + workload.output_tokens / 2),
        prefill_tokens=np.array([0.0, system.new_tokens]),
        prefill_sequences=np.array([0.0, 1.0]),
        prefill_context=np.full(2, workload.cached_tokens + workload.new_tokens / 2),
    )
    return step, np.array([max(workload.decode_steps / live, 1e-6), 1.0])


def metric_values(situation: Situation, outcome: Outcome) -> Mapping[str, float]:
    """The contract's timing metrics; those that do not apply (TPOT of one token) are left out."""
    timing, workload = outcome.timing, situation.workload
    values = {
        "ttft_ms": timing.ttft_s * 1e3,
        "tpot_ms": timing.tpot_s * 1e3,
        "request_latency_ms": timing.latency_s * 1e3,
        "output_tokens_per_s": timing.requests_per_s * workload.output_tokens,
        "total_tokens_per_s": timing.requests_per_s
        * (workload.output_tokens + workload.input_tokens),
        "prefill_tokens_per_s": timing.prefill_tokens_per_s,
        "decode_tokens_per_s": timing.decode_tokens_per_s,
        "requests_per_s": timing.requests_per_s,
        "max_concurrency": float(situation.max_requests * situation.plan.data_parallel),
    }
    return {name: value for name, value in values.items() if value > 0}
