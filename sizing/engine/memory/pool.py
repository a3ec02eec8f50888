"""How much cache a runtime's pool holds, and how many requests that admits."""

import numpy as np
import numpy.typing as npt

from sizing.engine.dtypes import Formats
from sizing.engine.memory.cache import kv_bytes_per_request
from sizing.engine.memory.rules import GB, MIB, rule_of
from sizing.engine.memory.use import memory_use
from sizing.engine.models.spec import ModelSpec
from sizing.engine.operations import Array, Layout, as_points


def kv_pool_bytes(
    model: ModelSpec,
    formats: Formats,
    layout: Layout,
    runtime: str,
    *,
    capacity_bytes: npt.ArrayLike,
    step_tokens: npt.ArrayLike,
    sequences: npt.ArrayLike = 16,
    memory_fraction: npt.ArrayLike | None = None,
    multicast: npt.ArrayLike = 0.0,
) -> Array:
    """Cache pool of one accelerator by the rule of its runtime; negative means it does not fit.

    `capacity_bytes` is what a program can allocate; `step_tokens` and `sequences` are the largest
    step and batch that buffers are kept for; `memory_fraction` replaces the runtime's default;
    `multicast` as in `memory_use`.
    """
    rule = rule_of(runtime)
    capacity = as_points(capacity_bytes)
    fraction = rule.fraction if memory_fraction is None else as_points(memory_fraction)
    fixed = memory_use(
        model,
        formats,
        layout,
        runtime,
        requests=sequences,
        context=0,
        step_tokens=step_tokens,
        multicast=multicast,
    )
    taken = fixed.total - fixed.kv_cache
    if rule.pool == "of_free":
        return np.asarray((capacity - taken) * fraction)
    if rule.pool == "of_capacity":
        return np.asarray(capacity * fraction - taken)
    if rule.pool == "static_reserve":
        reserve = _sglang_reserve(capacity, layout, as_points(step_tokens))
        return np.asarray(capacity - reserve - fixed.weights)
    return np.asarray(capacity * fraction - taken)


def _sglang_reserve(capacity: Array, layout: Layout, step_tokens: Array) -> Array:
    """512 MB + 1.5 MB per chunk token + TP x PP / 8 GB, at least 10 GB on cards over 60 GB.

    Chunks are at most 2048 tokens below 35 GB and 4096 below 60 GB (server defaults of SGLang).
    """
    largest = np.where(capacity < 35 * GB, 2048.0, np.where(capacity < 60 * GB, 4096.0, np.inf))
    chunk = np.minimum(step_tokens, largest)
    derived = 512 * MIB + 1.5 * MIB * chunk + layout.tp * layout.pp / 8 * GB
    return np.where(capacity > 60 * GB, np.maximum(derived, 10 * GB), derived)


def max_requests(
    model: ModelSpec,
    formats: Formats,
    layout: Layout,
    pool_bytes: npt.ArrayLike,
    context: npt.ArrayLike,
    runtime: str = "generic",
) -> Array:
    """Requests of `context` tokens that a pool holds, over all attention groups of a replica.

    `pool_bytes` is the pool of one accelerator, as `kv_pool_bytes` gives it.
    """
    each = kv_bytes_per_request(model, formats, layout, context, runtime)
    room = np.maximum(as_points(pool_bytes), 0.0)
    return np.asarray(np.floor(room / np.maximum(each, 1.0)) * layout.attention_dp)
