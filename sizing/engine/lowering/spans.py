"""How many positions queries look at, in closed form."""

import numpy as np

from sizing.engine.models.layers import Span
from sizing.engine.operations import Array


def mean_visible(span: Span, first: Array, last: Array) -> Array:
    """Mean positions read by queries spread evenly over positions `first` to `last`.

    The mean of min(cap, p) over an interval is the integral of a ramp that turns flat at the cap.

    Shapes and units:
        first, last: shape (points,); equal for a single decode position.
    """
    total = np.zeros_like(last)
    if span.window is not None:
        total = total + _mean_capped(float(span.window), first, last)
    if span.stride:
        cap = float(span.top * span.stride) if span.top else np.inf
        total = total + _mean_capped(cap, first, last) / span.stride
    return total


def _mean_capped(cap: float, first: Array, last: Array) -> Array:
    low, high = np.minimum(first, cap), np.minimum(last, cap)
    ramp = (high - low) * (high + low) / 2
    flat = (last - high - (first - low)) * cap if np.isfinite(cap) else 0.0
    width = last - first
    mean = (ramp + flat) / np.maximum(width, 1e-9)
    return np.where(width > 1e-9, mean, high)
