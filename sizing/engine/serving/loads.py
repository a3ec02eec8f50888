"""The schedule of each kind of closed load on one replica."""

from sizing.engine.loads import Concurrency, Saturated, Static
from sizing.engine.serving.closed_loop import Population, closed_loop_schedule
from sizing.engine.serving.pace import Pace, pace_of
from sizing.engine.serving.schedule import Schedule
from sizing.engine.serving.situation import Situation
from sizing.engine.serving.static import static_schedule

REQUESTS_PER_USER = 10
"""Waves that a closed-loop measurement usually averages over."""
OFFLINE_REQUESTS = 3000
"""Requests of an offline throughput run (trtllm-bench tables use 1,000 to 30,000)."""


def schedule_of(situation: Situation) -> Schedule:
    """The schedule of a static, closed-loop or saturated load on one pipeline micro-batch.

    Pipeline stages work on different micro-batches at once, so each micro-batch has its share of
    the requests; see `metrics` for how stages multiply throughput.
    """
    load = situation.workload.load
    if isinstance(load, Static):
        batch = _share(load.batch, situation.plan.data_parallel)
        if batch > situation.admitted:
            return closed_loop_schedule(_population(situation, batch, batch))
        return static_schedule(
            batch,
            new_tokens=situation.workload.new_tokens,
            cached_tokens=situation.workload.cached_tokens,
            output_tokens=situation.workload.output_tokens,
            step_tokens=situation.static_step_tokens,
            stages=situation.plan.pipeline_parallel,
            tokens_per_step=situation.workload.tokens_per_step,
        )
    if isinstance(load, Concurrency):
        users = _share(load.requests, situation.plan.data_parallel)
        return closed_loop_schedule(_population(situation, users, users * REQUESTS_PER_USER))
    if isinstance(load, Saturated):
        total = OFFLINE_REQUESTS
        return closed_loop_schedule(_population(situation, total, total))
    raise TypeError(f"{type(load).__name__} is not a closed load")


def _share(requests: int, parts: int) -> int:
    return max(1, -(-requests // parts))


def _population(situation: Situation, users: int, total: int) -> Population:
    stages = situation.plan.pipeline_parallel
    closed = isinstance(situation.workload.load, Concurrency)
    workload = situation.workload
    pace = pace_of(situation, users) if closed else Pace()
    return Population(
        users=_share(users, stages),
        total=_share(total, stages),
        admitted=_share(max(situation.admitted, 1), stages),
        new_tokens=max(1, round(workload.new_tokens)),
        cached_tokens=round(workload.cached_tokens),
        output_tokens=max(1, round(workload.decode_steps)),
        tokens_per_step=workload.tokens_per_step,
        step_tokens=max(situation.step_tokens // stages, 1),
        chunked=situation.runtime.chunked or situation.plan.prefill_chunk_tokens is not None,
        turnaround_steps=pace.turnaround_steps,
        front_end_steps=pace.front_end_steps,
        steps_per_token=pace.steps_per_token,
        mixes=situation.runtime.mixes,
        length_spread=situation.runtime.length_spread if closed else 0.0,
    )
