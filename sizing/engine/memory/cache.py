"""Bytes of one request's cache and state on one accelerator."""

import numpy as np
import numpy.typing as npt

from sizing.engine.dtypes import Formats, bytes_per_element
from sizing.engine.lowering.attention import local_kv_heads
from sizing.engine.lowering.recipe import recipe_of
from sizing.engine.lowering.state import state_bytes
from sizing.engine.memory.rules import MemoryRule, rule_of
from sizing.engine.models.layers import Core
from sizing.engine.models.spec import ModelSpec, cached_positions
from sizing.engine.operations import Array, Layout, as_points

BLOCK_TOKENS = 16
"""Tokens of one page of the cache (vLLM's default; PagedAttention, Kwon 2023)."""


def kv_bytes_per_request(
    model: ModelSpec,
    formats: Formats,
    layout: Layout,
    context: npt.ArrayLike,
    runtime: str = "generic",
) -> Array:
    """Cache and recurrent state of one request on the rank that serves it, shape (points,).

    Key-value heads are divided by tensor parallelism and replicated once ranks exceed them; a
    latent cache is on every rank; windows cap what a layer keeps where the runtime frees it;
    layers are divided by stages, whole layers on the fullest one. `context` counts the tokens a
    request holds.
    """
    rule = rule_of(runtime)
    tokens = as_points(context)
    held = np.ceil(tokens / BLOCK_TOKENS) * BLOCK_TOKENS if rule.paged else tokens
    total = np.zeros(np.broadcast_shapes(held.shape, layout.tp.shape))
    for core, count in recipe_of(model).decode_cores:
        total = total + count * _layer_bytes(core, formats, layout, held, rule)
    for state, count in recipe_of(model).states:
        total = total + count * state_bytes(state) / layout.tp
    stages = np.minimum(layout.pp, model.layer_count)
    return np.asarray(total * np.ceil(model.layer_count / stages) / model.layer_count)


def _layer_bytes(
    core: Core, formats: Formats, layout: Layout, held: Array, rule: MemoryRule
) -> Array:
    entry = local_kv_heads(core, layout) * core.kv_elements * bytes_per_element(formats.kv_cache)
    capped = rule.windowed_cache or core.span.stride != 0
    positions = cached_positions(core.span, held) if capped else held
    return np.asarray(positions * entry + held * core.index_elements)
