"""Does it fit: memory of a situation, and what to say when it does not."""

import numpy as np
from attrs import evolve

from sizing.engine.answer import Memory
from sizing.engine.errors import InputError
from sizing.engine.memory import kv_bytes_per_request, memory_use
from sizing.engine.plan import PlanRequest
from sizing.engine.serving.situation import Situation, situation_of

GB = 1e9
MOST_RANKS = 1024
"""Larger replicas are not proposed: nobody serves one request on so many."""


def memory_of(situation: Situation, live: float) -> Memory:
    """Memory of the fullest accelerator while `live` requests per replica hold their cache."""
    workload = situation.workload
    use = memory_use(
        workload.resident_model,
        situation.formats,
        situation.layout,
        situation.memory_rule,
        requests=live,
        context=workload.input_tokens + workload.output_tokens,
        step_tokens=situation.working_step(live),
        multicast=situation.multicast,
    )
    weights, buffers, runtime = (
        float(bytes_[0]) for bytes_ in (use.weights, use.activations, use.runtime)
    )
    capacity = situation.deployment.accelerator.capacity_bytes
    cache = float(use.kv_cache[0])
    if situation.runtime.in_flight and live > situation.required_at_once:
        # Not all requests of a full pool are at their longest at the same time.
        cache = min(cache, situation.pool_bytes, capacity - weights - buffers - runtime)
    pooled = max(situation.pool_bytes - cache, 0.0) if situation.runtime.in_flight else 0.0
    return Memory(
        weights_gb=weights / GB,
        kv_cache_gb=cache / GB,
        activations_gb=buffers / GB,
        reserved_gb=pooled / GB,
        runtime_gb=runtime / GB,
        total_gb=(weights + cache + buffers + runtime) / GB,
        capacity_gb=capacity / GB,
    )


def problems_of(situation: Situation) -> tuple[str, ...]:
    """Why a situation cannot run, with the shortfall and the change that would make it fit."""
    wanted = situation.required_at_once
    if situation.max_requests >= wanted:
        return ()
    each = _request_bytes(situation)
    short = wanted * each / max(situation.plan.attention_data_parallel, 1) - situation.pool_bytes
    accelerator = situation.deployment.accelerator
    memory = memory_of(situation, wanted)
    needed, capacity = memory.total_gb, memory.capacity_gb
    usable = max(min(needed - short / GB, capacity), 0.0)
    what = "one request" if wanted == 1 else f"a batch of {wanted:,}"
    there = f"{accelerator.name} has {capacity:.1f} GB"
    if f"{usable:.1f}" != f"{capacity:.1f}":
        there += f", {usable:.1f} GB of it free of what the runtime holds back"
    fit = (
        f"{workload_name(situation)} needs {needed:.1f} GB per accelerator for {what}, {there} "
        f"({needed - usable:.1f} GB short)."
    )
    return (fit, _remedy(situation))


def workload_name(situation: Situation) -> str:
    """The model as a reader knows it, with its weight format."""
    model = situation.workload.model
    return f"{model.name or model.slug or model.model_type} in {situation.formats.weights}"


def _request_bytes(situation: Situation) -> float:
    workload = situation.workload
    tokens = np.array([workload.input_tokens + workload.output_tokens])
    each = kv_bytes_per_request(
        workload.resident_model, situation.formats, situation.layout, tokens, situation.memory_rule
    )
    return float(each[0])


def _remedy(situation: Situation) -> str:
    wider = _wider_replica(situation)
    others = "with narrower weights or KV cache, or on accelerators with more memory"
    if situation.plan.memory_fraction is not None:
        others = f"with a larger memory_fraction, {others}"
    if wider is None:
        return f"It would fit {others}."
    plan = wider.plan
    return (
        f"It would fit spread over {wider.deployment.count} such accelerators (tensor_parallel "
        f"{plan.tensor_parallel}, pipeline_parallel {plan.pipeline_parallel}), {others}."
    )


def _wider_replica(situation: Situation) -> Situation | None:
    """The same workload on the fewest accelerators, in powers of two, that one replica fits."""
    kept = PlanRequest(
        data_parallel=1,
        max_batch=situation.plan.max_batch,
        prefill_chunk_tokens=situation.plan.prefill_chunk_tokens,
        memory_fraction=situation.plan.memory_fraction,
    )
    ranks = 1 << situation.plan.replica_ranks.bit_length()
    while ranks <= MOST_RANKS:
        deployment = evolve(situation.deployment, count=ranks)
        try:
            wider = situation_of(situation.workload, deployment, kept)
        except InputError:
            return None
        if wider.plan.pipeline_parallel > situation.workload.model.layer_count:
            return None
        if wider.max_requests >= wider.required_at_once:
            return wider
        ranks *= 2
    return None
