"""Residual quantiles by regime, the raw material of intervals."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from sizing.engine.calibration import Level
from sizing.engine.fit.dataset import Measured
from sizing.engine.operations import Array
from sizing.engine.spread import regime_of

LEAST = 24
"""Residuals a group must have; fewer cannot hold a 5 % quantile."""
COVERAGE = 0.90


def regime_quantiles(
    level: Level, figures: Sequence[tuple[Measured, str]], residuals: Array
) -> dict[str, tuple[float, float, int]]:
    """(5 % quantile, 95 % quantile, size) of every regime with enough residuals."""
    groups: dict[str, list[float]] = defaultdict(list)
    for (case, metric), residual in zip(figures, residuals, strict=True):
        for key in _keys(level, case, metric):
            groups[key].append(float(residual))
    return {
        key: (*_quantiles(values), len(values))
        for key, values in groups.items()
        if len(values) >= LEAST
    }


def _keys(level: Level, case: Measured, metric: str) -> Iterable[str]:
    if case.situation is None:
        return ()
    regime = regime_of(case.situation, metric)
    return (*regime.keys(level), *regime.last_keys(level))


def _quantiles(values: Sequence[float]) -> tuple[float, float]:
    """Quantiles with the finite-sample correction of split conformal prediction."""
    tail = (1.0 - COVERAGE) / 2
    upper = min(1.0, (1.0 - tail) * (1.0 + 1.0 / len(values)))
    low, high = np.quantile(values, [1.0 - upper, upper])
    return float(low), float(high)
