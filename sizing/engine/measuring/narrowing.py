"""How much an interval narrows when products behind its figure were timed.

The residuals of published cases hold the error of kernels and that of everything else. With K the
error that a level of evidence has in a kernel and w the share of the time in plain products, w K
of an interval's half width s is theirs (errors of products on one device go together: they share
its clock, memory and library). Timed products leave the scatter of a timing instead:
s'^2 = s^2 - (w K)^2 + ((w - t) K + t S)^2, with t the share that was timed and S its scatter.
"""

import math

from sizing.engine.calibration import Level
from sizing.engine.devices import DeviceCalibration
from sizing.engine.fitting import BAND
from sizing.engine.measured_products import SCATTER

LEVEL_SPREAD: dict[Level, float] = {"measured": 0.22, "family": 0.35, "datasheet": 0.60}
"""Half width of the log interval of one GEMM where its regime has too few published figures.

Single shapes scatter by 15-20 % around any smooth curve (sizing.md section 4, p90 column); weaker
evidence adds the spread of efficiencies between architectures (0.5-0.9 of peak).
"""
PROCESSOR_SPREAD = 1.75
"""The same for a processor without probes: its peaks are derived and its bandwidth may be assumed.

Measured: 90th percentile of |log(predicted / measured)| over the 21 fp32 shapes that the quick
suite timed on a two-core AMD EPYC; narrow products (m = 4) were up to 7 times slower than derived.
"""

Bounds = tuple[float, float]


def level_spread(level: Level, family: str) -> float:
    """Half width of the 90 % log interval of one product by the strength of its evidence."""
    return PROCESSOR_SPREAD if family == "cpu" else LEVEL_SPREAD[level]


def product_spread(
    level: Level, family: str, dtype: str, device: DeviceCalibration | None = None
) -> float:
    """The same by a device's own roofline, where it has one."""
    fit = device.fits.get(dtype) if device else None
    return BAND * fit.residual_rms if fit else level_spread(level, family)


def remaining(
    half_width: float, *, plain: float, timed: float, spread: float, scatter: float = SCATTER
) -> float:
    """Share of a half width that is left, 0 to 1.

    Args:
        half_width: of the log interval as it is.
        plain, timed: shares of the figure's time in plain products, and in timed ones.
        spread: half width of the log interval of one product that was not timed.
        scatter: the same of one that was.
    """
    # Residuals of a published regime can be smaller than what single products were off by.
    before = min(plain * spread, half_width)
    after = max(plain - timed, 0.0) * spread + timed * min(scatter, spread)
    left = half_width**2 - before**2 + after**2
    return math.sqrt(min(max(left, 0.0) / half_width**2, 1.0))


def narrowed(bounds: Bounds, floor: Bounds, share_left: float) -> Bounds:
    """Log bounds scaled by what is left, no narrower than `floor` and never wider than before."""
    low = max(bounds[0], min(bounds[0] * share_left, floor[0]))
    high = min(bounds[1], max(bounds[1] * share_left, floor[1]))
    return low, high
