"""Working buffers of the largest step, and of the communication library."""

from functools import lru_cache

import numpy as np

from sizing.engine.lowering.recipe import recipe_of
from sizing.engine.memory.rules import MIB, MemoryRule
from sizing.engine.models.layers import FeedForward
from sizing.engine.models.spec import ModelSpec
from sizing.engine.operations import Array, Layout

BYTES = 2
FEED_FORWARD_BASE = 1.0
FEED_FORWARD_SHARE = 1.42
ATTENTION_BASE = 5.2
ATTENTION_SHARE = 3.5
LOGIT_COPIES = 5.5
MIN_BYTES = 80 * MIB
"""Fitted on 349 published TensorRT-LLM 0.9 readings (four models, TP 1 to 8, 0.1k to 200k tokens
a step); the same kind of law as effect E14, whose c = 11, 6.5, 5, 5 for Llama it replaces."""


def activation_bytes(
    model: ModelSpec, layout: Layout, rule: MemoryRule, step_tokens: Array, sequences: Array
) -> Array:
    """Buffers at the widest moment of a step, on one rank.

    2 bytes x tokens x hidden x c. Either the feed-forward is widest, c = 1 + 1.42 w / tp with w
    its gate, up and product widths over the hidden size, or attention with the all-reduce is,
    c = 5.2 + 3.5 / tp. Logits of each sequence are held in about 5.5 fp32 copies (values, sorted
    values, indices, workspaces), whole on every rank.

    `step_tokens` and `sequences` belong to one attention-data-parallel group.
    """
    feed_forward = FEED_FORWARD_BASE + FEED_FORWARD_SHARE * _relative_width(model) / layout.tp
    factor = np.maximum(feed_forward, ATTENTION_BASE + ATTENTION_SHARE / layout.tp)
    rows = BYTES * step_tokens * model.hidden * factor * rule.activation_scale
    logits = LOGIT_COPIES * 4 * model.vocab * sequences
    return np.asarray(np.maximum(rows + logits, MIN_BYTES))


@lru_cache(maxsize=1024)
def _relative_width(model: ModelSpec) -> float:
    feeds = recipe_of(model)
    widths = [_width(feed) for feed, _ in (*feeds.dense, *feeds.experts)]
    return max(widths, default=0.0) / model.hidden


def _width(feed: FeedForward) -> float:
    return (feed.width + feed.active * feed.expert_width) * (3 if feed.gated else 2)


def communication_bytes(layout: Layout, rule: MemoryRule, multicast: Array) -> Array:
    """Buffers of the collective library; none on a single rank.

    `multicast` is 1 where the switch multicasts (NVLink SHARP, Hopper and later).
    """
    shared = rule.link_bytes + rule.link_bytes_per_rank * layout.ranks
    extra = rule.multicast_bytes * multicast * (layout.ranks > 2)
    return np.asarray(np.where(layout.ranks > 1, shared + extra, 0.0))
