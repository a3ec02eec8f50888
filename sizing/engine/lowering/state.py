"""Recurrent layers: their state is read and written once per sequence, whatever the context."""

import numpy as np

from sizing.engine.lowering.columns import Block
from sizing.engine.lowering.recipe import recipe_of
from sizing.engine.models.layers import State
from sizing.engine.models.spec import ModelSpec
from sizing.engine.operations import Array, Layout, Step

CONV_BYTES = 2


def state_bytes(state: State) -> int:
    """Bytes of one layer's state of one sequence, before tensor parallelism."""
    return state.elements * state.element_bytes + state.conv_elements * CONV_BYTES


def state_blocks(model: ModelSpec, layout: Layout, step: Step) -> list[Block]:
    """State updates of decoding sequences and scans of prompts.

    A decode update streams the state in and out (Gu and Dao 2023, Mamba; Yang 2024, gated delta
    networks), so it is element-wise work; a scan multiplies chunks and counts as prompt attention.
    """
    blocks = []
    for state, count in recipe_of(model).states:
        blocks.append(_update(state, count, layout, step))
        blocks.append(_scan(state, count, layout, step))
    return blocks


def _update(state: State, count: int, layout: Layout, step: Step) -> Block:
    sequences = step.decode_tokens / layout.attention_dp
    flops = step.decode_rows / layout.attention_dp * state.flops_per_token / layout.tp
    moved = 2 * sequences * state_bytes(state) / layout.tp
    zero = np.zeros_like(sequences)
    columns = _columns(flops, moved, np.where(sequences > 0, float(count), 0.0), zero)
    return Block(part=("state update",), kind="elementwise", dtype=("fp32",), **columns)


def _scan(state: State, count: int, layout: Layout, step: Step) -> Block:
    tokens = step.prefill_tokens / layout.attention_dp
    flops = tokens * state.flops_per_token / layout.tp
    moved = 2 * step.prompts / layout.attention_dp * state_bytes(state) / layout.tp
    columns = _columns(flops, moved, np.where(tokens > 0, float(count), 0.0), tokens)
    return Block(part=("state scan",), kind="attention_prefill", dtype=("bf16",), **columns)


def _columns(flops: Array, moved: Array, count: Array, rows: Array) -> dict[str, Array]:
    one = np.ones_like(rows)
    columns = {"flops": flops, "bytes": moved, "count": count, "m": rows, "groups": one}
    return {name: column[:, None] for name, column in {**columns, "n": one, "k": one}.items()}
