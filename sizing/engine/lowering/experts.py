"""Routed experts: only those that some token chose are read, each is a small GEMM."""

import numpy as np

from sizing.engine.dtypes import Formats, bytes_per_element
from sizing.engine.lowering.columns import Block
from sizing.engine.lowering.recipe import recipe_of
from sizing.engine.models.layers import FeedForward
from sizing.engine.models.spec import ModelSpec
from sizing.engine.operations import Array, Layout, Step


def distinct_experts(experts: float, active: float, tokens: Array) -> Array:
    """Expected experts that at least one of `tokens` chose, even routing.

    E (1 - (1 - k/E)^n): each of n independent tokens misses an expert with probability 1 - k/E.
    """
    missed = np.power(1.0 - active / experts, np.maximum(tokens, 0.0))
    return np.asarray(experts * (1.0 - missed))


def expert_blocks(model: ModelSpec, formats: Formats, layout: Layout, step: Step) -> list[Block]:
    """Grouped GEMMs of the busiest expert rank, up and down, per distinct expert shape."""
    shapes = recipe_of(model).experts
    return [_block(feed, count, formats, layout, step) for feed, count in shapes]


def _block(feed: FeedForward, count: int, formats: Formats, layout: Layout, step: Step) -> Block:
    tokens = step.tokens
    touched = distinct_experts(feed.experts, feed.active, tokens) / layout.ep
    rows = tokens * feed.active / layout.ep * layout.expert_imbalance
    per_expert = (rows / np.maximum(touched, 1e-9))[:, None]
    groups = touched[:, None]
    width = (feed.expert_width / layout.etp)[:, None]
    up = width * (2 if feed.gated else 1)
    hidden = np.full_like(up, feed.expert_hidden)
    n = np.concatenate([up, hidden], axis=1)
    k = np.concatenate([hidden, width], axis=1)
    weight = bytes_per_element(formats.weights)
    moved = n * k * weight
    operand, result = bytes_per_element(formats.activations), bytes_per_element(formats.wide)
    moved = moved + per_expert * (k * operand + n * result)
    return Block(
        part=("expert up gemm", "expert down gemm"),
        kind="grouped_gemm",
        dtype=(formats.weights, formats.weights),
        flops=2 * per_expert * n * k * groups,
        bytes=moved * groups,
        count=np.where(tokens > 0, float(count), 0.0)[:, None],
        m=per_expert,
        n=n,
        k=k,
        groups=groups,
    )
