"""90 % intervals from cross-validated residuals (split conformal, by regime and evidence).

For each regime the fit keeps the 5 % and 95 % quantiles of log(predicted / measured) over cases
that were left out when it was made. A measured value lies between prediction / exp(q95) and
prediction / exp(q05) nine times out of ten.
"""

import math
from collections.abc import Iterator, Mapping

from attrs import frozen

from sizing.engine.calibration import Level

Spreads = Mapping[str, tuple[float, float, int]]

FALLBACK = (-0.9, 0.9)
"""Log quantiles where no residual of any like case exists: about a factor of 2.5 either way."""


@frozen(kw_only=True)
class Interval:
    """A value with the bounds of its 90 % interval."""

    value: float
    low: float
    high: float

    def to_dict(self) -> dict[str, float]:
        """JSON form, six significant digits."""
        return {key: _rounded(getattr(self, key)) for key in ("value", "low", "high")}


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


@frozen(kw_only=True)
class Regime:
    """What residuals are grouped by.

    Attributes:
        metric: contract name.
        mode: load mode.
        shape: "moe" or "dense".
        engine: runtime generation.
        links: "single" or "linked" accelerators.
    """

    metric: str
    mode: str
    shape: str
    engine: str
    links: str

    def keys(self, level: Level) -> Iterator[str]:
        """Names of residual groups of this very metric, closest first."""
        yield f"{level}|{self.metric}|{self.mode}|{self.engine}|{self.shape}|{self.links}"
        yield f"{level}|{self.metric}|{self.mode}|{self.engine}|{self.shape}"
        yield f"{level}|{self.metric}|{self.mode}|{self.shape}"
        yield f"{level}|{self.metric}|{self.mode}"

    def last_keys(self, level: Level) -> Iterator[str]:
        """Names of the coarsest groups."""
        yield f"{level}|{self.metric}"
        yield level


def quantiles(
    spreads: Spreads, regime: Regime, level: Level, *, last: bool = False
) -> tuple[float, float] | None:
    """Log quantiles (5 %, 95 %) of the closest group of residuals that exists.

    Args:
        last: fall back to coarser groups and finally to `FALLBACK` instead of None.
    """
    keys = [*regime.keys(level), *(regime.last_keys(level) if last else ())]
    for key in keys:
        row = spreads.get(key)
        if row is not None:
            return row[0], row[1]
    return FALLBACK if last else None


def interval(value: float, bounds: tuple[float, float], widen: float = 1.0) -> Interval:
    """The interval of a prediction from log quantiles of predicted / measured.

    Args:
        widen: stretches the interval around the value (extrapolation, weaker evidence).
    """
    low = value * math.exp(-max(bounds[1], 0.005) * widen)
    high = value * math.exp(-min(bounds[0], -0.005) * widen)
    return Interval(value=value, low=low, high=high)
