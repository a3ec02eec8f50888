"""Does it fit: memory of a situation, and what to say when it does not."""

import math

import numpy as np

from sizing.engine.answer import Memory
from sizing.engine.memory import kv_bytes_per_request, memory_use
from sizing.engine.serving.situation import Situation

GB = 1e9


def memory_of(situation: Situation, live: float) -> Memory:
    """Memory of the fullest accelerator while `live` requests per replica hold their cache."""
    workload = situation.workload
    use = memory_use(
        workload.model,
        situation.formats,
        situation.layout,
        situation.memory_rule,
        requests=live,
        context=workload.input_tokens + workload.output_tokens,
        step_tokens=situation.working_step(live),
        multicast=situation.multicast,
    )
    weights, cache = float(use.weights[0]), float(use.kv_cache[0])
    pooled = max(situation.pool_bytes - cache, 0.0) if situation.runtime.in_flight else 0.0
    return Memory(
        weights_gb=weights / GB,
        kv_cache_gb=cache / GB,
        activations_gb=float(use.activations[0]) / GB,
        reserved_gb=pooled / GB,
        runtime_gb=float(use.runtime[0]) / GB,
        total_gb=float(use.total[0]) / GB,
        capacity_gb=situation.deployment.accelerator.capacity_bytes / GB,
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
    needed = memory.total_gb
    missing = max(short / GB, needed - memory.capacity_gb, 0.0)
    what = "one request" if wanted == 1 else f"a batch of {wanted:,}"
    fit = (
        f"{workload_name(situation)} needs {needed:.1f} GB per accelerator for {what}, "
        f"{accelerator.name} has {memory.capacity_gb:.1f} GB ({missing:.1f} GB short)."
    )
    return (fit, _remedy(situation, memory))


def workload_name(situation: Situation) -> str:
    """The model as a reader knows it, with its weight format."""
    model = situation.workload.model
    return f"{model.name or model.slug or model.model_type} in {situation.formats.weights}"


def _request_bytes(situation: Situation) -> float:
    workload = situation.workload
    tokens = np.array([workload.input_tokens + workload.output_tokens])
    each = kv_bytes_per_request(
        workload.model, situation.formats, situation.layout, tokens, situation.memory_rule
    )
    return float(each[0])


def _remedy(situation: Situation, memory: Memory) -> str:
    ranks = situation.plan.replica_ranks
    shared = (memory.weights_gb + memory.kv_cache_gb) * ranks
    room = 0.9 * memory.capacity_gb - memory.activations_gb - memory.runtime_gb
    if room <= 0:
        return "Use an accelerator with more memory or a smaller prefill step."
    cards = max(math.ceil(shared / room), ranks + 1)
    cards = 1 << (cards - 1).bit_length()
    return (
        f"It would fit with each replica spread over about {cards} such accelerators, with "
        "narrower weights or KV cache, or on accelerators with more memory."
    )
