"""Language models: from a Hugging Face `config.json` to a `ModelSpec`."""

from sizing.engine.models.layers import Core, FeedForward, Layer, LayerGroup, Mixer, Projection
from sizing.engine.models.registry import parse_config, supported_model_types
from sizing.engine.models.spec import ModelSpec

__all__ = [
    "Core",
    "FeedForward",
    "Layer",
    "LayerGroup",
    "Mixer",
    "ModelSpec",
    "Projection",
    "parse_config",
    "supported_model_types",
]
