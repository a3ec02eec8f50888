"""Model C: one smooth ridge between compute time and memory time, plus a fixed cost.

t = t0 + ((F / P)^p + (B / W)^p)^(1 / p); p = 1 adds both times, p = infinity takes the larger.
"""

import numpy as np
import numpy.typing as npt

from sizing.engine.dtypes import bytes_per_element
from sizing.engine.operations import Array

RESULT_FORMATS = {"fp8": "bf16", "int8": "fp32", "tf32": "fp32"}
"""Formats whose products come out wider than their operands."""


def gemm_work(
    m: npt.ArrayLike, n: npt.ArrayLike, k: npt.ArrayLike, dtype: str
) -> tuple[Array, Array]:
    """FLOPs and bytes of C (m, n) = A (m, k) B (k, n), each operand moved once.

    F = 2 m n k; B = s (m k + k n) + s_o m n with the element sizes of operands and result.
    """
    rows, columns, inner = (_floats(size) for size in (m, n, k))
    operand = bytes_per_element(dtype)
    result = bytes_per_element(RESULT_FORMATS.get(dtype, dtype))
    moved = operand * inner * (rows + columns) + result * rows * columns
    return 2.0 * rows * columns * inner, np.asarray(moved)


def ridge_seconds(
    flops: npt.ArrayLike,
    bytes_moved: npt.ArrayLike,
    *,
    peak_flops: npt.ArrayLike,
    bytes_per_s: npt.ArrayLike,
    sharpness: npt.ArrayLike,
    t0_s: npt.ArrayLike = 0.0,
) -> Array:
    """Seconds of work on a smooth roofline; all arguments broadcast.

    The larger of both times is taken out of the power so that no intermediate over- or underflows.
    """
    compute = _floats(flops) / _floats(peak_flops)
    memory = _floats(bytes_moved) / _floats(bytes_per_s)
    larger, smaller = np.maximum(compute, memory), np.minimum(compute, memory)
    power = _floats(sharpness)
    ratio = smaller / np.maximum(larger, 1e-300)
    return np.asarray(_floats(t0_s) + larger * (1.0 + ratio**power) ** (1.0 / power))


def bound_by_memory(
    flops: npt.ArrayLike,
    bytes_moved: npt.ArrayLike,
    *,
    peak_flops: npt.ArrayLike,
    bytes_per_s: npt.ArrayLike,
) -> npt.NDArray[np.bool_]:
    """True where moving the bytes takes longer than the arithmetic."""
    compute = _floats(flops) / _floats(peak_flops)
    return np.asarray(_floats(bytes_moved) / _floats(bytes_per_s) > compute)


def _floats(value: npt.ArrayLike) -> Array:
    return np.asarray(value, dtype=np.float64)
