"""Bytes of weights on one accelerator."""

import numpy as np

from sizing.engine.dtypes import Formats, bytes_per_element, covers_whole_file
from sizing.engine.lowering.linear import matrix_bytes
from sizing.engine.models.spec import ModelSpec
from sizing.engine.operations import Array, Layout


def weight_bytes(model: ModelSpec, formats: Formats, layout: Layout) -> Array:
    """Weights on the fullest rank, shape (points,).

    Quantised checkpoints keep embeddings, head, norms and router in 16 bit (GGUF files quantise
    all of it). Pipeline stages hold an equal share of layers, rounded up; the first also holds the
    embeddings, the last the head, so that with two stages or more only one of them counts.
    """
    layers = matrix_bytes(model, formats, layout) + expert_bytes(model, formats, layout)
    stages = np.minimum(layout.pp, model.layer_count)
    share = np.ceil(model.layer_count / stages) / model.layer_count
    return np.asarray(layers * share + _ends(model, formats, layout))


def expert_bytes(model: ModelSpec, formats: Formats, layout: Layout) -> Array:
    """Routed experts of one rank over all layers, shape (points,)."""
    stored = model.expert_parameters * bytes_per_element(formats.weights)
    return np.asarray(stored / (layout.ep * layout.etp))


def _ends(model: ModelSpec, formats: Formats, layout: Layout) -> Array:
    width = formats.weights if covers_whole_file(formats.weights) else formats.wide
    table = model.vocab * model.hidden * bytes_per_element(width) / layout.tp
    tables = np.where((layout.pp > 1) | model.tied_embeddings, 1.0, 2.0)
    return np.asarray(table * tables)
