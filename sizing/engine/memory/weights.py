"""Bytes of weights on one accelerator."""

from functools import lru_cache

import numpy as np

from sizing.engine.dtypes import Formats, bytes_per_element, covers_whole_file
from sizing.engine.lowering.linear import matrix_bytes
from sizing.engine.memory.rules import GENERIC, MemoryRule
from sizing.engine.models.spec import ModelSpec
from sizing.engine.operations import Array, Layout


def weight_bytes(
    model: ModelSpec, formats: Formats, layout: Layout, rule: MemoryRule = GENERIC
) -> Array:
    """Weights on the fullest rank, shape (points,).

    Quantised checkpoints keep embeddings, head, norms and router in 16 bit (GGUF files quantise
    all of it). Of pipeline stages, the first holds the embeddings and the last the head; whole
    layers are dealt out, so the last stage may have one fewer.
    """
    known = len(layout.tp) == 1
    return (_weights_of_plan if known else _weight_bytes)(model, formats, layout, rule)


def _weight_bytes(model: ModelSpec, formats: Formats, layout: Layout, rule: MemoryRule) -> Array:
    layers = matrix_bytes(model, formats, layout) + expert_bytes(model, formats, layout)
    stages = np.minimum(layout.pp, model.layer_count)
    most = np.ceil(model.layer_count / stages) / model.layer_count * layers
    least = np.floor(model.layer_count / stages) / model.layer_count * layers
    embeddings, head = _tables(model, formats, layout, rule)
    alone = layers + embeddings + np.where(model.tied_embeddings & (embeddings > 0), 0.0, head)
    staged = np.maximum(most + embeddings, least + head)
    return np.asarray(np.where(stages > 1, staged, alone))


@lru_cache(maxsize=4096)
def _weights_of_plan(model: ModelSpec, formats: Formats, layout: Layout, rule: MemoryRule) -> Array:
    found = _weight_bytes(model, formats, layout, rule)
    found.flags.writeable = False
    return found


def expert_bytes(model: ModelSpec, formats: Formats, layout: Layout) -> Array:
    """Routed experts of one rank over all layers, shape (points,)."""
    stored = model.expert_parameters * bytes_per_element(formats.weights)
    return np.asarray(stored / (layout.ep * layout.etp))


def _tables(
    model: ModelSpec, formats: Formats, layout: Layout, rule: MemoryRule
) -> tuple[Array, Array]:
    width = formats.weights if covers_whole_file(formats.weights) else formats.wide
    whole = model.vocab * model.hidden * bytes_per_element(width)
    if rule.host_embeddings:
        return np.zeros_like(layout.tp), whole / layout.tp
    apart = rule.whole_embeddings and not model.tied_embeddings
    return (np.full_like(layout.tp, whole) if apart else whole / layout.tp), whole / layout.tp
