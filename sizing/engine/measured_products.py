"""Timed products of one device, and what they say of the same and of like products.

The roofline of a device (`fitting`) leaves a shape of its own an error of 10-20 %, and the
datasheet far more. Where a product of exactly these sizes was timed, its time replaces that guess.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from attrs import frozen

from sizing.engine.operations import Array
from sizing.engine.rates import Rates
from sizing.engine.roofline import gemm_work, ridge_seconds
from sizing.engine.shape_factors import ShapeFactors

FARTHEST = 30.0
"""Most that a measurement may correct by: beyond it, the product did not run as assumed."""
LEAST_WORK = 0.2
"""Smallest share of a timed product that is taken for work, the rest being its launch."""
SCATTER = 0.05
"""Half width of the 90 % log interval of a product that was timed without being disturbed: assumed,
four times the 1.1 % by which public GPU profiles repeat (docs/probes.md). A shared virtual machine
repeats far worse, and says so by the spread of its own samples only in part."""

Sizes = tuple[int, int]


@frozen(kw_only=True)
class MeasuredProduct:
    """C (m, n) = A (m, k) B (k, n) in a format, timed on this device.

    Attributes:
        scatter: half width of the 90 % log interval of its time.
    """

    m: int
    n: int
    k: int
    dtype: str
    seconds: float
    scatter: float = SCATTER


def shape_factors(
    products: Sequence[MeasuredProduct], library: Rates, *, fitted: bool
) -> ShapeFactors | None:
    """What timed products say against the rates expected of the vendor's library.

    Args:
        library: rates of one point, as `products` should have run.
        fitted: whether a roofline of this device is in `library` already; else the mean factor
            of a format also corrects the products that were not timed.
    """
    by_matrix: dict[tuple[str, int, int], dict[int, list[float]]] = defaultdict(dict)
    for product in products:
        if library.has("gemm_compute", product.dtype):
            rows = by_matrix[product.dtype, product.n, product.k]
            rows.setdefault(product.m, []).append(_log_factor(product, library))
    if not by_matrix:
        return None
    known = {key: _curve(rows) for key, rows in by_matrix.items()}
    return ShapeFactors(known, {} if fitted else _means(known))


def _log_factor(product: MeasuredProduct, library: Rates) -> float:
    flops, moved = gemm_work(product.m, product.n, product.k, product.dtype)
    expected = ridge_seconds(
        flops,
        moved,
        peak_flops=library("gemm_compute", product.dtype)[0],
        bytes_per_s=library("gemm_memory", product.dtype)[0],
        sharpness=library("ridge")[0],
    )
    launch = float(library("launch_s")[0])
    work = max(product.seconds - launch, LEAST_WORK * product.seconds)
    factor = work / float(expected)
    return math.log(min(max(factor, 1.0 / FARTHEST), FARTHEST))


def _curve(rows: Mapping[int, Sequence[float]]) -> tuple[Array, Array]:
    places = sorted(rows)
    factors = [float(np.mean(rows[m])) for m in places]
    return np.log2(np.array(places, dtype=np.float64)), np.array(factors)


def _means(known: Mapping[tuple[str, int, int], tuple[Array, Array]]) -> dict[str, float]:
    by_format: dict[str, list[float]] = defaultdict(list)
    for (dtype, _, _), (_, factors) in known.items():
        by_format[dtype].append(float(factors.mean()))
    return {dtype: float(np.mean(factors)) for dtype, factors in by_format.items()}
