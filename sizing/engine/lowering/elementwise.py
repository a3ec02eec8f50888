"""Small kernels between the large ones: each streams its rows through memory once."""

import numpy as np

from sizing.engine.dtypes import Formats, bytes_per_element
from sizing.engine.lowering.attention import local_kv_heads
from sizing.engine.lowering.columns import Block
from sizing.engine.lowering.recipe import Recipe, recipe_of
from sizing.engine.models.spec import ModelSpec
from sizing.engine.operations import Array, Layout, Step

LOGIT_BYTES = 4
"""Sampling works on fp32 logits."""


def elementwise_block(model: ModelSpec, formats: Formats, layout: Layout, step: Step) -> Block:
    """Norms with their residual, rotary and cache write, activations, routing, sampling.

    `count` is launches, `bytes` what one launch reads and writes, per accelerator.
    """
    recipe = recipe_of(model)
    wide = bytes_per_element(formats.wide)
    tokens = step.tokens / layout.attention_dp
    logits = step.logits / layout.attention_dp
    rows = {
        "embedding": (1, tokens * model.hidden * 2 * wide),
        "norm and residual": (recipe.norms, tokens * model.hidden * 4 * wide),
        "rotary and cache write": _rotary(recipe, layout, tokens, wide),
        "activation": _activation(recipe, layout, tokens, wide),
        "expert routing": _routing(recipe, layout, step, wide),
        "sampling": (1, logits * model.vocab / layout.tp * 2 * LOGIT_BYTES),
    }
    present = {part: pair for part, pair in rows.items() if pair[0]}
    moved = np.stack([pair[1] for pair in present.values()], axis=1)
    zero = np.zeros((1, 1))
    return Block(
        part=tuple(present),
        kind="elementwise",
        dtype=(formats.wide,) * len(present),
        flops=zero,
        bytes=moved,
        count=np.where(moved > 0, [float(pair[0]) for pair in present.values()], 0.0),
        m=zero,
        n=zero,
        k=zero,
        groups=zero + 1,
    )


def _rotary(recipe: Recipe, layout: Layout, tokens: Array, wide: float) -> tuple[int, Array]:
    layers = sum(count for _, count in recipe.decode_cores)
    total = np.zeros_like(tokens)
    for core, count in recipe.decode_cores:
        queries = core.query_heads / layout.tp * core.score_dim
        keys = local_kv_heads(core, layout) * core.kv_elements
        total = total + count * tokens * (queries + keys) * 2 * wide
    return layers, total / max(layers, 1)


def _activation(recipe: Recipe, layout: Layout, tokens: Array, wide: float) -> tuple[int, Array]:
    layers = sum(count for _, count in recipe.dense)
    total = np.zeros_like(tokens)
    for feed, count in recipe.dense:
        total = total + count * tokens * feed.width / layout.tp * (3 if feed.gated else 2) * wide
    return layers, total / max(layers, 1)


def _routing(recipe: Recipe, layout: Layout, step: Step, wide: float) -> tuple[int, Array]:
    """Rows gathered for the experts, their activation, and the weighted sum back."""
    layers = sum(count for _, count in recipe.experts)
    total = np.zeros_like(step.tokens)
    for feed, count in recipe.experts:
        rows = step.tokens * feed.active / layout.ep * layout.expert_imbalance
        inner = feed.expert_width / layout.etp * (3 if feed.gated else 2)
        total = total + count * rows * (4 * feed.expert_hidden + inner) * wide
    return layers, total / max(layers, 1)
