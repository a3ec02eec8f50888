"""Calibration of one attached device from its own probes."""

import math
from collections.abc import Mapping
from typing import Any

from attrs import asdict, field, frozen

from sizing.engine.calibration import Calibration
from sizing.engine.hardware import Accelerator
from sizing.engine.rates import Rates, Setting, evaluate_slots, slots_for


@frozen(kw_only=True)
class DeviceFit:
    """Model C of one number format on one device (see `roofline`).

    Attributes:
        flops_per_s, bytes_per_s: sustained rates.
        launch_s: fixed cost of one launch.
        ridge: sharpness of the ridge.
        covariance: of the four log-parameters in that order, row by row.
        residual_rms: rms of leave-one-out log residuals.
        hull: least and largest (log2 m, log2 n, log2 k) that were probed.
    """

    flops_per_s: float
    bytes_per_s: float
    launch_s: float
    ridge: float
    covariance: tuple[tuple[float, ...], ...] = ()
    residual_rms: float
    points: int = 0
    hull: tuple[tuple[float, float, float], tuple[float, float, float]] | None = None


@frozen(kw_only=True)
class DeviceCalibration:
    """What the probes of one device say; immutable, named by `slug`.

    Attributes:
        fits: by math format ("bf16", "fp32", ...).
        copy_bytes_per_s: measured memory copy bandwidth (read + write), None when not probed.
        launch_s: measured host launch time, None when not probed.
        runs: identities of the probe runs it rests on.
    """

    slug: str
    accelerator: str
    fits: Mapping[str, DeviceFit] = field(factory=dict)
    copy_bytes_per_s: float | None = None
    launch_s: float | None = None
    runs: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """JSON form; `from_dict` reads it back."""
        return {**asdict(self), "fits": {key: asdict(fit) for key, fit in self.fits.items()}}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "DeviceCalibration":
        """The calibration that `to_dict` wrote."""
        fits = {key: DeviceFit(**_tuples(fit)) for key, fit in data.get("fits", {}).items()}
        rest = {key: value for key, value in data.items() if key != "fits"}
        return cls(**{**rest, "fits": fits, "runs": tuple(data.get("runs", ()))})


def _tuples(fit: Mapping[str, Any]) -> dict[str, Any]:
    covariance = tuple(tuple(row) for row in fit.get("covariance", ()))
    hull = fit.get("hull")
    bounds = None if hull is None else (tuple(hull[0]), tuple(hull[1]))
    return {**fit, "covariance": covariance, "hull": bounds}


def calibrated_rates(
    accelerator: Accelerator,
    setting: Setting,
    calibration: Calibration,
    device: DeviceCalibration | None = None,
) -> Rates:
    """Rates of one point: the shipped calibration, corrected by a device's own probes.

    A probe measures the library's GEMM. Its ratio to what the calibration expects of the library
    on this variant corrects every matrix rate; the runtime's own factors stay.
    """
    rates = evaluate_slots([slots_for(accelerator, setting)], calibration.factors)
    if device is None or not device.fits:
        return rates
    library = setting.of_library()
    expected = evaluate_slots([slots_for(accelerator, library)], calibration.factors)
    speed, width = _ratios(device, expected, setting)
    return rates.scaled(compute=speed, memory=width)


def _ratios(
    device: DeviceCalibration, expected: Rates, setting: Setting
) -> tuple[float, float]:
    wide = setting.weights[-1]
    fit = device.fits.get(wide) or next(iter(device.fits.values()))
    speed = fit.flops_per_s / float(expected("gemm_compute", wide)[0])
    width = fit.bytes_per_s / float(expected("gemm_memory", wide)[0])
    return _sane(speed), _sane(width)


def _sane(ratio: float) -> float:
    return min(max(ratio, 1e-3), 1e3) if math.isfinite(ratio) else 1.0

