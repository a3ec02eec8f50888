"""Residual quantiles by regime, the raw material of intervals."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from sizing.engine.fit.dataset import Measured
from sizing.engine.intervals import Basis
from sizing.engine.operations import Array
from sizing.engine.spread import regime_of

LEAST = 12
"""Residuals a group must have of its own; the quantiles of fewer are their parent's."""
PARENT_WEIGHT = 20.0
"""A group's quantiles count against its parent's like this many residuals."""
COVERAGE = 0.90

Quantiles = dict[str, tuple[float, float, int]]


def regime_quantiles(
    basis: Basis, figures: Sequence[tuple[Measured, str]], residuals: Array
) -> Quantiles:
    """(5 % quantile, 95 % quantile, size) of every regime with enough residuals.

    Small groups are shrunk towards the coarser group that holds them, since a 5 % quantile of a
    few dozen residuals is mostly luck.
    """
    groups: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for (case, metric), residual in zip(figures, residuals, strict=True):
        if case.situation is not None:
            keys = regime_of(case.situation, metric).keys(basis)
            for size in range(1, len(keys) + 1):
                groups[keys[:size]].append(float(residual))
    found: Quantiles = {}
    for path in sorted(groups, key=len):
        values = groups[path]
        if len(values) >= LEAST:
            found[path[-1]] = _shrunk(values, found.get(path[-2]) if len(path) > 1 else None)
    return found


def _shrunk(
    values: Sequence[float], parent: tuple[float, float, int] | None
) -> tuple[float, float, int]:
    low, high = _quantiles(values)
    if parent is None:
        return low, high, len(values)
    own = len(values) / (len(values) + PARENT_WEIGHT)
    return (
        own * low + (1 - own) * parent[0],
        own * high + (1 - own) * parent[1],
        len(values),
    )


def _quantiles(values: Sequence[float]) -> tuple[float, float]:
    """Quantiles with the finite-sample correction of split conformal prediction."""
    tail = (1.0 - COVERAGE) / 2
    upper = min(1.0, (1.0 - tail) * (1.0 + 1.0 / len(values)))
    low, high = np.quantile(values, [1.0 - upper, upper])
    return float(low), float(high)
