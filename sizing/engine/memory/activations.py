"""Working buffers of the largest step, and of the communication library."""

import numpy as np
import numpy.typing as npt

from sizing.engine.memory.rules import MIB
from sizing.engine.models.spec import ModelSpec
from sizing.engine.operations import Array, Layout

_TP = np.log2([1.0, 2.0, 4.0, 8.0])
_GATED = np.array([11.0, 6.5, 5.0, 5.0])
_UNGATED = np.array([10.0, 6.0, 5.0, 5.0])
_EXPERTS = np.array([22.0, 13.0, 10.0, 10.0])
_NCCL_MIB = np.array([0.0, 342.0, 392.0, 392.0])
MIN_BYTES = 80 * MIB


def activation_bytes(model: ModelSpec, layout: Layout, step_tokens: npt.ArrayLike) -> Array:
    """Buffers of a step: 2 x tokens x hidden x c bytes with c by tensor parallelism.

    Source of c and of the least size: memory model of aiconfigurator (sizing notes, effect E14).

    Shapes and units:
        step_tokens: tokens of the largest step of one attention-data-parallel group.
    """
    feeds = [group.layer.feed_forward for group in model.layers if group.layer.feed_forward]
    gated = any(feed.gated for feed in feeds)
    table = _EXPERTS if model.is_moe else _GATED if gated else _UNGATED
    factor = np.interp(np.log2(layout.tp), _TP, table)
    grown = 2.0 * np.asarray(step_tokens, dtype=np.float64) * model.hidden * factor
    return np.asarray(np.maximum(grown, MIN_BYTES))


def communication_bytes(layout: Layout) -> Array:
    """Buffers of the collective library: 342, 392, 392 MiB at 2, 4, 8 ranks (effect E15)."""
    return np.asarray(np.interp(np.log2(layout.ranks), _TP, _NCCL_MIB) * MIB)
