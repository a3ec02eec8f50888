"""Steady state of in-flight batching in closed form, for many replicas at once.

With b requests always in flight, one *cycle* serves b requests: their prompts ride along in mixed
steps, the rest are pure decode steps. By Little's law the cycle is a request's latency, and b
requests per cycle the throughput (sizing.md section 6). Percentiles need `estimate`.
"""

import numpy as np
from attrs import frozen

from sizing.engine.calibration import Calibration
from sizing.engine.operations import Array, Step
from sizing.engine.runtimes import runtime_facts
from sizing.engine.search.holding import layout_of
from sizing.engine.search.replicas import Replicas
from sizing.engine.serving import price_steps
from sizing.engine.workload import LlmInference


@frozen(kw_only=True, eq=False, repr=False)
class SteadyState:
    """Means over requests of one replica, arrays of shape (points,)."""

    ttft_s: Array
    tpot_s: Array
    latency_s: Array
    requests_per_s: Array


@frozen(kw_only=True, eq=False, repr=False)
class _Cycle:
    """Steps of one cycle of a pipeline's micro-batch, shape (points,).

    Attributes:
        streams: micro-batches under way at once, one per busy pipeline stage.
        batch: requests of one micro-batch.
        mixed, pure: steps with and without prompt tokens.
        own: mixed steps that a request's own prompt takes.
        prompts: prompts (or chunks) in a mixed step.
        beside: requests that decode during a mixed step.
    """

    streams: Array
    batch: Array
    mixed: Array
    pure: Array
    own: Array
    prompts: Array
    beside: Array


def steady_state(
    workload: LlmInference, replicas: Replicas, requests: Array, calibration: Calibration
) -> SteadyState:
    """Latencies and throughput of replicas with `requests` in flight, shape (points,)."""
    cycle = _cycle(workload, replicas, requests)
    mixed_s, pure_s = _step_seconds(workload, replicas, cycle, calibration)
    latency = cycle.mixed * mixed_s + cycle.pure * pure_s
    ttft = np.minimum(cycle.own * mixed_s, latency)
    gaps = max(workload.output_tokens - 1.0, 1.0)
    return SteadyState(
        ttft_s=ttft,
        tpot_s=(latency - ttft) / gaps,
        latency_s=latency,
        requests_per_s=cycle.streams * cycle.batch / latency,
    )


def prefill_seconds(workload: LlmInference, replicas: Replicas, calibration: Calibration) -> Array:
    """Seconds per prompt while a replica does nothing but prefill, shape (replicas,)."""
    budget = _step_budget(workload, replicas)
    together = np.maximum(np.floor(budget / workload.new_tokens), 1.0)
    tokens = np.minimum(together * workload.new_tokens, budget)
    step = Step(
        prefill_tokens=tokens,
        prefill_context=np.full(
            len(replicas), workload.cached_tokens + workload.new_tokens / 2, dtype=np.float64
        ),
        prefill_sequences=together,
    )
    times = price_steps(
        workload, replicas.deployments, replicas.deployment, layout_of(replicas), step, calibration
    )
    return np.asarray(times.stage_seconds * workload.new_tokens / tokens)


def _step_budget(workload: LlmInference, replicas: Replicas) -> Array:
    """Prompt tokens that one step of a pipeline's micro-batch takes at most."""
    runtime = runtime_facts(workload.runtime, workload.runtime_version)
    budget = np.maximum(runtime.step_tokens * replicas.attention_dp / replicas.pp, 1.0)
    return budget if runtime.chunked else np.maximum(budget, workload.new_tokens)


def _cycle(workload: LlmInference, replicas: Replicas, requests: Array) -> _Cycle:
    streams = np.minimum(replicas.pp, np.maximum(requests, 1.0))
    batch = np.maximum(requests / streams, 1.0)
    budget = _step_budget(workload, replicas)
    chunks = np.ceil(workload.new_tokens / budget)
    # Prompts go one by one until there are more of them than steps to ride along with.
    mixed = np.minimum(batch * chunks, max(workload.decode_steps, 1.0))
    mixed = np.maximum(np.maximum(mixed, batch * workload.new_tokens / budget), chunks)
    prompts = np.maximum(batch * chunks / mixed, 1.0)
    beside = np.maximum(batch - prompts / chunks, 0.0)
    tokens = batch * max(workload.decode_steps - 1.0, 0.0)
    return _Cycle(
        streams=streams,
        batch=batch,
        mixed=mixed,
        pure=np.maximum(tokens - mixed * beside, 0.0) / batch,
        own=chunks,
        prompts=prompts,
        beside=beside,
    )


def _step_seconds(
    workload: LlmInference, replicas: Replicas, cycle: _Cycle, calibration: Calibration
) -> tuple[Array, Array]:
    """Seconds of a mixed and of a pure decode step, priced in one go."""
    points = len(replicas)
    twice = replicas.take(np.tile(np.arange(points), 2))
    none = np.zeros(points)
    prefill = cycle.batch * workload.new_tokens / cycle.mixed
    depth = workload.cached_tokens + workload.new_tokens / 2
    context = np.full(2 * points, workload.input_tokens + workload.output_tokens / 2)
    step = Step(
        decode_tokens=np.concatenate([cycle.beside, cycle.batch]),
        decode_context=context,
        prefill_tokens=np.concatenate([prefill, none]),
        prefill_context=np.concatenate([np.full(points, depth), none]),
        prefill_sequences=np.concatenate([cycle.prompts, none]),
    )
    times = price_steps(
        workload, twice.deployments, twice.deployment, layout_of(twice), step, calibration
    )
    return times.seconds[:points], times.seconds[points:]
