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
    memory_fraction: npt.ArrayLike | None = None,
) -> Array:
    """Cache pool of one accelerator by the rule of its runtime; negative means it does not fit.

    Shapes and units:
        capacity_bytes: what a program can allocate, shape (points,).
        step_tokens: tokens of the largest step.
        memory_fraction: replaces the runtime's default fraction.
    """
    rule = rule_of(runtime)
    capacity = as_points(capacity_bytes)
    fraction = rule.fraction if memory_fraction is None else as_points(memory_fraction)
    fixed = memory_use(
        model, formats, layout, runtime, requests=0, context=0, step_tokens=step_tokens
    )
    if rule.pool == "of_free":
        return np.asarray((capacity - fixed.total) * fraction)
    if rule.pool == "of_capacity":
        return np.asarray(capacity * fraction - fixed.total)
    if rule.pool == "static_reserve":
        reserve = _sglang_reserve(capacity, layout, as_points(step_tokens))
        return np.asarray(capacity - reserve - fixed.weights)
    return np.asarray(capacity * fraction - fixed.total)


def _sglang_reserve(capacity: Array, layout: Layout, step_tokens: Array) -> Array:
    """512 MB + 1.5 MB per chunk token + TP x PP / 8 GB, at least 10 GB on cards over 60 GB."""
    derived = 512 * MIB + 1.5 * MIB * step_tokens + layout.tp * layout.pp / 8 * GB
    return np.where(capacity > 60 * GB, np.maximum(derived, 10 * GB), derived)


def max_requests(
    model: ModelSpec, formats: Formats, layout: Layout, pool_bytes: Array, context: npt.ArrayLike
) -> Array:
    """Requests of `context` tokens that fit a pool, over all attention groups of a replica.

    Shapes and units:
        pool_bytes: pool of one accelerator, shape (points,).
    """
    each = kv_bytes_per_request(model, formats, layout, as_points(context))
    fitting = np.floor(np.maximum(pool_bytes, 0.0) / np.maximum(each, 1.0))
    return np.asarray(fitting * layout.attention_dp)
