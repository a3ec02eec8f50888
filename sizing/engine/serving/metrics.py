"""From step times to the metrics of the contract."""

from attrs import frozen

from sizing.engine.operations import Array
from sizing.engine.serving.schedule import Schedule
from sizing.engine.serving.situation import Situation


@frozen(kw_only=True)
class Timing:
    """Latencies and rates of a load on the whole deployment, in seconds and per second."""

    ttft_s: float
    tpot_s: float
    latency_s: float
    requests_per_s: float
    prefill_tokens_per_s: float
    decode_tokens_per_s: float


def timing_of(situation: Situation, schedule: Schedule, step_s: Array, request_s: float) -> Timing:
    """Metrics of a schedule whose steps take `step_s` seconds each.

    A step's seconds cover all pipeline stages; `pipeline_parallel` micro-batches are under way at
    once, and `data_parallel` replicas work alike.

    Args:
        request_s: host seconds that a request spends before and after the scheduler.
    """
    workload, plan = situation.workload, situation.plan
    gaps = max(workload.output_tokens - 1.0, 1e-9)
    ttft = schedule.ttft_s(step_s) + request_s
    decode = schedule.decode_s(step_s)
    tpot = decode / gaps if workload.output_tokens > 1 else 0.0
    streams = plan.data_parallel * stages_at_once(situation)
    rate = schedule.requests * streams / (schedule.wall_s(step_s) + request_s)
    live = schedule.requests * streams if situation.is_static else rate * decode
    return Timing(
        ttft_s=ttft,
        tpot_s=tpot,
        latency_s=ttft + decode,
        requests_per_s=rate,
        prefill_tokens_per_s=_batch(situation, schedule) * workload.input_tokens / ttft,
        decode_tokens_per_s=live / tpot if tpot > 0 else 0.0,
    )


def stages_at_once(situation: Situation) -> int:
    """Micro-batches under way at once: static batches pass the stages one after another."""
    static = situation.is_static
    return 1 if static else situation.plan.pipeline_parallel


def _batch(situation: Situation, schedule: Schedule) -> float:
    if situation.is_static:
        return schedule.requests * situation.plan.data_parallel
    return situation.plan.data_parallel * 1.0
