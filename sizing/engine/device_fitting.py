"""From the timed matrix products of one probe run to the calibration of its device."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sizing.engine.devices import DeviceCalibration, DeviceFit
from sizing.engine.dtypes import matrix_format
from sizing.engine.errors import InputError
from sizing.engine.fitting import GemmPoint, RooflinePrior, fit_roofline
from sizing.engine.hardware import Accelerator

FEWEST_POINTS = 6
"""Fewer points of a format cannot tell four parameters from their priors."""


def fit_device(
    points: Iterable[GemmPoint],
    *,
    accelerator: Accelerator,
    slug: str,
    runs: tuple[str, ...] = (),
    copy_bytes_per_s: float | None = None,
    launch_s: float | None = None,
    peaks: Mapping[str, float] | None = None,
) -> DeviceCalibration:
    """Fit one roofline per number format.

    Args:
        points: timed products of any formats.
        accelerator: the variant, for the priors.
        slug: identity of the calibration.
        runs: identities of the probe runs behind it.
        copy_bytes_per_s: measured memory copy, read plus write.
        launch_s: measured host launch time.
        peaks: measured GEMM peak by format, FLOP/s; a better prior than the datasheet.

    Raises:
        InputError: no format has enough points.
    """
    by_format: dict[str, list[GemmPoint]] = defaultdict(list)
    for point in points:
        by_format[point.dtype].append(point)
    fits = {
        dtype: DeviceFit.of(fit_roofline(chosen, _prior(accelerator, dtype, peaks or {})))
        for dtype, chosen in by_format.items()
        if len(chosen) >= FEWEST_POINTS
    }
    if not fits:
        detail = f"No number format has {FEWEST_POINTS} timed products or more."
        raise InputError.of("points", "too_few", detail)
    return DeviceCalibration(
        slug=slug,
        accelerator=accelerator.slug,
        fits=fits,
        copy_bytes_per_s=copy_bytes_per_s,
        launch_s=launch_s,
        runs=runs,
    )


def _prior(accelerator: Accelerator, dtype: str, peaks: Mapping[str, float]) -> RooflinePrior:
    """Around the datasheet; a measured peak replaces the datasheet's, as it needs no discount."""
    math_format = matrix_format(dtype, dtype, accelerator.peak_flops).math
    stated = accelerator.peak_flops.get(math_format, max(accelerator.peak_flops.values()))
    usual = RooflinePrior.of_datasheet(stated, accelerator.memory_bytes_per_s)
    return RooflinePrior(
        peak_flops=peaks.get(dtype, usual.peak_flops), bytes_per_s=usual.bytes_per_s
    )
