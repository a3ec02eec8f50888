"""Prompt attention without a fused kernel: the score matrix travels through memory."""

import numpy as np
from attrs import evolve

from sizing.engine.models import ModelSpec
from sizing.engine.operations import Operations


def with_score_traffic(
    operations: Operations, model: ModelSpec, bytes_per_score: float
) -> Operations:
    """Add the traffic of materialised attention scores to prompt attention.

    A fused kernel (FlashAttention, Dao 2022) keeps scores on chip. Without one they are written by
    the first product, read and written by scaling, mask and softmax, and read by the second.
    FLOPs of both products are 2 (score + value width) per score.

    Args:
        bytes_per_score: bytes moved per score over all passes, 0 for fused attention.
    """
    if bytes_per_score == 0.0:
        return operations
    chosen = np.array([kind == "attention_prefill" for kind in operations.kind])
    scores = operations.flops / (2.0 * _widths(model))
    return evolve(operations, bytes=operations.bytes + chosen * scores * bytes_per_score)


def _widths(model: ModelSpec) -> float:
    cores = [group.layer.mixer.prefill for group in model.layers if group.layer.mixer]
    return next((float(core.score_dim + core.value_dim) for core in cores if core), 256.0)
