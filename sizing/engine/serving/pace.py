"""How fast a closed loop turns, in decode steps: what happens between its steps is in seconds.

A closed system is simulated without a clock, but a client's turnaround takes time, not steps. A
rough decode step and a rough prompt token, from datasheet figures alone, tell the one in terms of
the other. Rough is enough: it only decides who arrives during which step, and keeps a schedule
apart from the rates that are fitted.
"""

import math

from attrs import frozen

from sizing.engine.dtypes import bytes_per_element
from sizing.engine.serving.situation import Situation

HOST_S = 2e-3
"""Host work of a decode step that no device time hides."""
OF_BANDWIDTH, OF_PEAK = 0.75, 0.5
"""Shares of the datasheet that decode steps and prompts usually get; any within a factor of two
give the same errors on the published closed loops to a tenth of a point."""


@frozen(kw_only=True)
class Pace:
    """Times of a closed loop in decode steps; see `Population`."""

    turnaround_steps: float = 0.0
    front_end_steps: float = 0.0
    steps_per_token: float = 0.0


def pace_of(situation: Situation, users: int) -> Pace:
    """The pace of `users` on one replica; all zero where the runtime's clients answer at once.

    Figures are rounded to half octaves, so that like systems share a schedule.
    """
    runtime = situation.runtime
    if not runtime.turnaround_s:
        return Pace()
    step_s = _decode_step_s(situation, users)
    return Pace(
        turnaround_steps=_half_octave(runtime.turnaround_s / step_s),
        front_end_steps=_half_octave(runtime.front_end_s / step_s),
        steps_per_token=_half_octave(_prompt_token_s(situation) / step_s),
    )


def _decode_step_s(situation: Situation, users: int) -> float:
    """Weights that the step touches and the users' cache, read once."""
    model, workload, formats = situation.workload.model, situation.workload, situation.formats
    touched = min(1.0, users * model.active_parameters / model.parameters)
    weights = touched * model.parameters * bytes_per_element(formats.weights)
    context = workload.input_tokens + workload.output_tokens / 2
    cache = min(users, situation.admitted) * context * model.kv_bytes_per_token(formats.kv_cache)
    bandwidth = OF_BANDWIDTH * situation.deployment.accelerator.memory_bytes_per_s
    return HOST_S + (weights + cache) / (bandwidth * situation.plan.tensor_parallel)


def _prompt_token_s(situation: Situation) -> float:
    """2 FLOPs per active parameter at half the peak of the activations' format."""
    peaks = situation.deployment.accelerator.peak_flops
    peak = peaks.get(situation.formats.activations) or max(peaks.values())
    flops = 2.0 * situation.workload.model.active_parameters
    return flops / (OF_PEAK * peak * situation.plan.tensor_parallel)


def _half_octave(value: float) -> float:
    return float(2.0 ** (round(2.0 * math.log2(value)) / 2.0))
