"""Host time of a scheduler step, and how much of it the device hides (sizing.md E5)."""

import numpy as np

from sizing.engine.operations import Array

SMOOTHNESS = 4.0
"""Exponent of the soft maximum: jitter keeps the shorter of two parallel parts from vanishing."""


def step_seconds(device: Array, host: Array, *, overlaps: bool) -> Array:
    """Duration of a step from its device and host parts, shapes broadcast.

    Where the runtime prepares the next step while the device works, only the longer part counts;
    else they follow one another.
    """
    if overlaps:
        longest = device**SMOOTHNESS + host**SMOOTHNESS
        return np.asarray(longest ** (1.0 / SMOOTHNESS))
    return np.asarray(device + host)
