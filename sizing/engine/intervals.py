"""90 % intervals from cross-validated residuals (split conformal, by regime and evidence).

For each regime the fit keeps the 5 % and 95 % quantiles of log(predicted / measured) over cases
that were left out when it was made. A measured value lies between prediction / exp(q95) and
prediction / exp(q05) nine times out of ten.
"""

import math
from collections.abc import Mapping
from typing import Literal

from attrs import frozen

Spreads = Mapping[str, tuple[float, float, int]]
Basis = Literal["case", "model", "device", "family"]
"""What a residual's fit had not seen: just the case, its model, its device, its chip family."""

BASES: tuple[Basis, ...] = ("case", "model", "device", "family")
FALLBACK = (-0.9, 0.9)
"""Log quantiles where no residual of any like case exists: about a factor of 2.5 either way."""
NARROWEST = 0.005


@frozen(kw_only=True)
class Interval:
    """A value with the bounds of its 90 % interval."""

    value: float
    low: float
    high: float

    def to_dict(self) -> dict[str, float]:
        """JSON form, six significant digits, rounded outwards."""
        return {
            "low": min(_rounded(self.low), _rounded(self.value)),
            "value": _rounded(self.value),
            "high": max(_rounded(self.high), _rounded(self.value)),
        }


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


@frozen(kw_only=True)
class Regime:
    """What residuals are grouped by, coarse to fine.

    Attributes:
        metric: contract name.
        mode: load mode.
        pressure: how crowded the system is ("single", "light", "crowded", "starved").
        engine: runtime generation.
        shape: "moe" or "dense".
    """

    metric: str
    mode: str
    pressure: str
    engine: str
    shape: str

    def keys(self, basis: Basis) -> tuple[str, ...]:
        """Names of the residual groups this regime belongs to, coarsest first."""
        words = (self.metric, self.mode, self.pressure, self.engine, self.shape)
        return tuple("|".join((basis, *words[:size])) for size in range(len(words) + 1))


def quantiles(spreads: Spreads, regime: Regime, basis: Basis) -> tuple[float, float] | None:
    """Log quantiles (5 %, 95 %) of the finest group that exists, None without one of the metric."""
    keys = regime.keys(basis)
    found = [spreads[key] for key in keys[2:] if key in spreads]
    return (found[-1][0], found[-1][1]) if found else None


def widest(bounds: list[tuple[float, float]]) -> tuple[float, float]:
    """The hull of log quantiles: weaker evidence never narrows an interval."""
    return min(low for low, _ in bounds), max(high for _, high in bounds)


def interval(value: float, bounds: tuple[float, float]) -> Interval:
    """The interval of a prediction; `bounds` are log quantiles of predicted / measured."""
    low = value * math.exp(-max(bounds[1], NARROWEST))
    high = value * math.exp(-min(bounds[0], -NARROWEST))
    return Interval(value=value, low=low, high=high)
