"""Host time of a scheduler step, and how much of it the device hides (sizing.md E5)."""

import numpy as np
import numpy.typing as npt

from sizing.engine.operations import Array

SMOOTHNESS = 4.0
"""Exponent of the soft maximum: jitter keeps the shorter of two parallel parts from vanishing."""


def step_seconds(device: Array, host: Array, *, overlaps: bool | npt.NDArray[np.bool_]) -> Array:
    """Duration of a step from its device and host parts, shapes broadcast.

    Where the runtime prepares the next step while the device works, only the longer part counts;
    else they follow one another.
    """
    longest = (device**SMOOTHNESS + host**SMOOTHNESS) ** (1.0 / SMOOTHNESS)
    return np.where(overlaps, longest, device + host)
