"""The entry point of lowering."""

from typing import Any, TypeVar

import numpy as np
from attrs import evolve, fields

from sizing.engine.dtypes import Formats
from sizing.engine.lowering.attention import decode_blocks, prefill_blocks
from sizing.engine.lowering.collectives import step_collectives
from sizing.engine.lowering.columns import join_blocks
from sizing.engine.lowering.elementwise import elementwise_block
from sizing.engine.lowering.experts import expert_blocks
from sizing.engine.lowering.linear import linear_block
from sizing.engine.lowering.state import state_blocks
from sizing.engine.models.spec import ModelSpec
from sizing.engine.operations import Array, Collectives, Layout, Operations, Step

T = TypeVar("T", Layout, Step)
_NAMES = {owner: tuple(item.name for item in fields(owner)) for owner in (Layout, Step)}


def lower_step(
    model: ModelSpec, formats: Formats, layout: Layout, step: Step
) -> tuple[Operations, Collectives]:
    """Work of one scheduler step on one accelerator, and its messages, for every point at once.

    Decode and prefill tokens share one set of GEMMs; attention is separate. Counts cover the whole
    depth of the model (see `Operations`).

    Shapes and units:
        layout, step: arrays of shape (points,), or of length 1 to be repeated.
    """
    points = max(_length(layout), _length(step))
    step = _widen(step, points)
    if _length(layout) > 1:
        layout = _widen(layout, points)
    blocks = [
        linear_block(model, formats, layout, step),
        *expert_blocks(model, formats, layout, step),
        *prefill_blocks(model, formats, layout, step),
        *decode_blocks(model, formats, layout, step),
        *state_blocks(model, layout, step),
        elementwise_block(model, formats, layout, step),
    ]
    return join_blocks(blocks, points), step_collectives(model, formats, layout, step)


def _held(owner: Layout | Step) -> dict[str, Array]:
    names = _NAMES[type(owner)]
    named = {name: getattr(owner, name) for name in names}
    return {name: value for name, value in named.items() if isinstance(value, np.ndarray)}


def _length(owner: Layout | Step) -> int:
    return max(len(value) for value in _held(owner).values())


def _widen(owner: T, points: int) -> T:
    narrow = {name: value for name, value in _held(owner).items() if len(value) != points}
    if not narrow:
        return owner
    wide: dict[str, Any] = {name: np.full(points, value) for name, value in narrow.items()}
    return evolve(owner, **wide)
