"""Fits the smooth roofline (model C) to timed matrix products of one device and format.

Four parameters in logarithms, soft-L1 loss on log residuals, weak normal priors, solved by damped
Gauss-Newton (Levenberg-Marquardt) with analytic derivatives. NumPy only.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from attrs import evolve, field, frozen

from sizing.engine.least_squares import Problem, solve
from sizing.engine.operations import Array
from sizing.engine.roofline import gemm_work, ridge_seconds

BAND = 1.645
"""Half width of a 90 % interval in standard deviations of a normal distribution."""

ALIGNMENT = 16
UNALIGNED_SIGMA = 0.12
"""Sizes n or k that are no multiple of 16 end in loop tails and partial tiles. Measured on a CPU
(fp32 and bf16, 48 unprobed shapes): such shapes scattered by 0.15-0.26 around the fit, aligned
ones by 0.09-0.16, which leaves 0.12 in quadrature."""

MAX_INDEPENDENT_SHAPES = 16
WORKLOAD_FIT_SIGMA = 0.011
LINEAR_FLOOR = 0.03
MIN_SIGMA = 0.02
OUTLIER = 3.0
NORMAL_QUARTILE = 0.6745
"""Median of the absolute value of a standard normal variable."""


def _read_only(value: npt.ArrayLike) -> Array:
    array = np.array(value, dtype=np.float64)
    array.flags.writeable = False
    return array


@frozen(kw_only=True)
class GemmPoint:
    """One timed product C (m, n) = A (m, k) B (k, n).

    Attributes:
        dtype: format of the operands.
        seconds: time of one product, the median of its samples.
        scatter: run-to-run standard deviation of log seconds, where the probe repeated itself.
    """

    m: int
    n: int
    k: int
    dtype: str
    seconds: float
    scatter: float | None = None


@frozen(kw_only=True)
class RooflinePrior:
    """What to expect before any point: centres in SI units and widths in logarithms.

    Widths say how far a device may sensibly be from its datasheet (factor e^width); that of the
    sharpness is narrow, else a blunt ridge makes up for rates that no device reaches.
    """

    peak_flops: float
    bytes_per_s: float
    t0_s: float = 4e-6
    sharpness: float = 2.0
    widths: tuple[float, float, float, float] = (0.5, 0.5, 1.5, 0.25)

    @classmethod
    def of_datasheet(
        cls, peak_flops: float, bytes_per_s: float, *, t0_s: float = 4e-6
    ) -> "RooflinePrior":
        """70 % of the dense peak and 75 % of the datasheet bandwidth, ridge sharpness 2."""
        return cls(peak_flops=0.70 * peak_flops, bytes_per_s=0.75 * bytes_per_s, t0_s=t0_s)


@frozen(kw_only=True, eq=False, repr=False)
class RooflineFit:
    """A fitted roofline with what is known about its error.

    Attributes:
        covariance: of (log P, log W, log t0, log p), shape (4, 4).
        residual_rms: rms of leave-one-out log residuals: the spread of one unseen shape.
        hull: least and largest log2 of (m, n, k) and of FLOPs that were probed, shape (4, 2).
        n: distinct shapes.
    """

    dtype: str
    peak_flops: float
    bytes_per_s: float
    t0_s: float
    sharpness: float
    covariance: Array = field(converter=_read_only)
    residual_rms: float
    hull: Array = field(converter=_read_only)
    n: int


def fit_roofline(points: Sequence[GemmPoint], prior: RooflinePrior) -> RooflineFit:
    """The roofline of points of one format; repeats of a shape count as one point together.

    Raises:
        ValueError: without points, with more than one format, or with a time that is not positive.
    """
    _check(points)
    problem, start = _problem(points, prior)
    solution = solve(problem, start)
    log_p, log_w, log_t0, log_sharpness = solution.values
    return RooflineFit(
        dtype=points[0].dtype,
        peak_flops=math.exp(log_p),
        bytes_per_s=math.exp(log_w),
        t0_s=math.exp(log_t0),
        sharpness=math.exp(log_sharpness),
        covariance=solution.covariance,
        residual_rms=_spread(points, problem, solution.values),
        hull=_hull(points),
        n=int(_repeats(points).max()) + 1,
    )


def predict(
    fit: RooflineFit, m: npt.ArrayLike, n: npt.ArrayLike, k: npt.ArrayLike
) -> tuple[Array, Array, Array]:
    """Seconds of single products with their 90 % interval (value, low, high).

    The spread of a single unseen shape, the uncertainty of the parameters and, for sizes that are
    no multiple of 16, that of loop tails add in quadrature; few points widen the band by Student's
    distribution; outside the probed hull it is doubled.
    """
    flops, moved = gemm_work(m, n, k, fit.dtype)
    value, slopes = _model(np.array(_logs(fit)), flops.ravel(), moved.ravel())
    variance = np.einsum("ij,jk,ik->i", slopes, fit.covariance, slopes)
    spread = fit.residual_rms**2 + np.maximum(variance, 0.0).reshape(flops.shape)
    sigma = np.sqrt(spread + UNALIGNED_SIGMA**2 * _unaligned(n, k))
    half = _student(fit.n) * sigma * np.where(inside_hull(fit, m, n, k), 1.0, 2.0)
    seconds = np.exp(value).reshape(flops.shape)
    return seconds, seconds * np.exp(-half), seconds * np.exp(half)


def _unaligned(n: npt.ArrayLike, k: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    return np.asarray(
        (np.asarray(n, dtype=np.float64) % ALIGNMENT != 0)
        | (np.asarray(k, dtype=np.float64) % ALIGNMENT != 0)
    )


def _student(points: int) -> float:
    """90 % quantile of Student's t with points - 4 degrees of freedom (Cornish-Fisher)."""
    freedom = max(points - 4, 1)
    return BAND + (BAND**3 + BAND) / (4 * freedom)


def inside_hull(
    fit: RooflineFit, m: npt.ArrayLike, n: npt.ArrayLike, k: npt.ArrayLike
) -> npt.NDArray[np.bool_]:
    """Whether shapes lie inside what was probed, in log2 of m, n, k and of FLOPs.

    Half a doubling beyond either end still counts as inside.
    """
    sizes = np.broadcast_arrays(*(np.asarray(size, dtype=np.float64) for size in (m, n, k)))
    logs = np.stack([np.log2(size) for size in (*sizes, 2.0 * sizes[0] * sizes[1] * sizes[2])])
    bounds = fit.hull.reshape(4, 2, *([1] * (logs.ndim - 1)))
    return np.asarray(((logs >= bounds[:, 0] - 0.5) & (logs <= bounds[:, 1] + 0.5)).all(axis=0))


def workload_sigma(fit: RooflineFit, distinct_shapes: int, *, floor: float = LINEAR_FLOOR) -> float:
    """Spread of the log of a sum over many products.

    s_w^2 = s^2 / n_eff + 0.011^2 + floor^2 with n_eff = min(16, distinct shapes); floor 0.03 for
    linear layers alone, at least 0.05 while other terms are in the sum. Checked on public profiles
    of language-model layers on H100, A100 and A40: covered 90-98 % at four batches.
    """
    effective = max(1, min(MAX_INDEPENDENT_SHAPES, distinct_shapes))
    return math.sqrt(fit.residual_rms**2 / effective + WORKLOAD_FIT_SIGMA**2 + floor**2)


def _logs(fit: RooflineFit) -> list[float]:
    return [math.log(v) for v in (fit.peak_flops, fit.bytes_per_s, fit.t0_s, fit.sharpness)]


def _check(points: Sequence[GemmPoint]) -> None:
    if not points:
        raise ValueError("fitting needs at least one point")
    if len({point.dtype for point in points}) > 1:
        raise ValueError("points of one fit must have one format")
    if any(not 0.0 < point.seconds < math.inf for point in points):
        raise ValueError("every time must be positive and finite")


def _model(values: Array, flops: Array, moved: Array) -> tuple[Array, Array]:
    """Log seconds (n,) and their derivatives by the log parameters (n, 4)."""
    peak, bandwidth, t0, power = np.exp(np.clip(values, -60.0, 60.0))
    compute, memory = flops / peak, moved / bandwidth
    ridge = ridge_seconds(flops, moved, peak_flops=peak, bytes_per_s=bandwidth, sharpness=power)
    total = t0 + ridge
    by_compute, by_memory = (compute / ridge) ** power, (memory / ridge) ** power
    safe = [np.log(np.maximum(share, 1e-300)) for share in (by_compute, by_memory)]
    # d log ridge / d log p: each share's entropy over p.
    by_power = (by_compute * safe[0] + by_memory * safe[1]) / power
    ridge_share = ridge / total
    slopes = [-by_compute * ridge_share, -by_memory * ridge_share, t0 / total]
    return np.log(total), np.stack([*slopes, by_power * ridge_share], axis=1)


def _problem(points: Sequence[GemmPoint], prior: RooflinePrior) -> tuple[Problem, Array]:
    flops, moved = gemm_work(
        [point.m for point in points],
        [point.n for point in points],
        [point.k for point in points],
        points[0].dtype,
    )
    measured = np.log([point.seconds for point in points])

    def residuals(values: Array) -> tuple[Array, Array]:
        predicted, slopes = _model(values, flops, moved)
        return predicted - measured, slopes

    numbers = _repeats(points)
    centre = np.log([prior.peak_flops, prior.bytes_per_s, prior.t0_s, prior.sharpness])
    problem = Problem(
        residuals=residuals,
        scale=0.1,
        centre=centre,
        widths=np.array(prior.widths),
        weights=1.0 / np.bincount(numbers)[numbers],
    )
    return problem, centre


def _repeats(points: Sequence[GemmPoint]) -> npt.NDArray[np.intp]:
    """For each point the number of its shape, so that repeats of a shape share one number."""
    shapes = {(point.m, point.n, point.k) for point in points}
    numbers = {shape: number for number, shape in enumerate(sorted(shapes))}
    return np.array([numbers[point.m, point.n, point.k] for point in points])


def _spread(points: Sequence[GemmPoint], problem: Problem, values: Array) -> float:
    """Rms of the log residuals of shapes left out of the fit, repeats of a shape together.

    Residuals are cut at three robust deviations: a disturbed measurement says nothing about the
    device. The scatter that the probe reported of itself is added.
    """
    numbers = _repeats(points)
    left_out = np.zeros(len(points))
    for number in range(numbers.max() + 1):
        held = numbers == number
        rest = evolve(problem, weights=np.where(held, 0.0, problem.weights))
        left_out[held] = solve(rest, values).residuals[held]
    limit = OUTLIER * max(float(np.median(np.abs(left_out))) / NORMAL_QUARTILE, MIN_SIGMA)
    squares = np.minimum(np.abs(left_out), limit) ** 2
    scatter = [point.scatter for point in points if point.scatter is not None]
    repeats = sum(value**2 for value in scatter) / len(scatter) if scatter else 0.0
    mean = float(np.average(squares, weights=problem.weights))
    return max(math.sqrt(mean + repeats), MIN_SIGMA)


def _hull(points: Sequence[GemmPoint]) -> Array:
    sizes = np.array([[p.m, p.n, p.k, 2 * p.m * p.n * p.k] for p in points], dtype=np.float64)
    logs = np.log2(sizes)
    return np.stack([logs.min(axis=0), logs.max(axis=0)], axis=1)
