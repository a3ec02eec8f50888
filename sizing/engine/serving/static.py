"""Static batches: everybody starts together, nobody joins."""

import math

import numpy as np

from sizing.engine.operations import Step
from sizing.engine.serving.schedule import Schedule

DECODE_NODES = (0.2113248654051871, 0.7886751345948129)
"""Two-point Gauss-Legendre nodes on [0, 1]: exact for decode steps up to cubic in the context."""


def static_schedule(
    batch: float,
    *,
    new_tokens: float,
    cached_tokens: float,
    output_tokens: float,
    step_tokens: float = math.inf,
    stages: int = 1,
    tokens_per_step: float = 1.0,
) -> Schedule:
    """Prefill of the whole batch, then decode steps over a growing context.

    Args:
        batch: requests of one replica.
        new_tokens: prompt tokens to compute, per request.
        cached_tokens: prompt tokens already in a prefix cache, per request.
        output_tokens: tokens to generate, per request.
        step_tokens: largest prefill step; the prefill takes as many as it needs.
        stages: pipeline stages, over which successive prefill steps overlap: c steps through p
            stages take (c + p - 1) / p times the passage of one.
        tokens_per_step: tokens a request gains in a decode step.
    """
    prompt = new_tokens + cached_tokens
    grown = max(output_tokens - 1.0, 0.0)
    steps = grown / tokens_per_step
    chunks = max(1, math.ceil(batch * new_tokens / step_tokens))
    step = Step(
        decode_tokens=np.array([0.0, batch, batch]),
        decode_context=np.array([0.0, *(prompt + node * grown for node in DECODE_NODES)]),
        prefill_tokens=np.array([batch * new_tokens / chunks, 0.0, 0.0]),
        prefill_sequences=np.array([max(batch / chunks, 1.0), 0.0, 0.0]),
        prefill_context=np.array([cached_tokens + new_tokens / 2, 0.0, 0.0]),
    )
    return Schedule(
        step=step,
        repeats=np.array([(chunks + stages - 1) / stages, steps / 2, steps / 2]),
        waiting=np.array([batch, 0.0, 0.0]),
        decoding=np.array([0.0, batch, batch]),
        requests=batch,
        live=batch,
    )
