"""Calibration of one attached device from its own probes."""

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import asdict, evolve, field, frozen

from sizing.engine.hardware import Accelerator
from sizing.engine.measured_products import MeasuredProduct, shape_factors
from sizing.engine.rates import PointShapes, Rates, Setting, rates_of
from sizing.engine.shape_factors import ShapeFactors

if TYPE_CHECKING:
    from sizing.engine.calibration import Calibration
    from sizing.engine.fitting import RooflineFit


@frozen(kw_only=True)
class DeviceFit:
    """Model C of one number format on one device (see `roofline`).

    Attributes:
        flops_per_s, bytes_per_s: sustained rates.
        launch_s: fixed cost of one launch.
        ridge: sharpness of the ridge.
        covariance: of the four log-parameters in that order, row by row.
        residual_rms: rms of leave-one-out log residuals.
        hull: least and largest log2 of (m, n, k, FLOPs) that were probed.
    """

    flops_per_s: float
    bytes_per_s: float
    launch_s: float
    ridge: float
    covariance: tuple[tuple[float, ...], ...]
    residual_rms: float
    points: int
    hull: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, fit: "RooflineFit") -> "DeviceFit":
        """The values of a fitted roofline."""
        return cls(
            flops_per_s=fit.peak_flops,
            bytes_per_s=fit.bytes_per_s,
            launch_s=fit.t0_s,
            ridge=fit.sharpness,
            covariance=tuple(tuple(map(float, row)) for row in fit.covariance),
            residual_rms=fit.residual_rms,
            points=fit.n,
            hull=tuple(tuple(map(float, row)) for row in fit.hull.T),
        )

    def roofline(self, dtype: str) -> "RooflineFit":
        """The roofline these values describe, for operands of `dtype`."""
        from sizing.engine.fitting import RooflineFit

        return RooflineFit(
            dtype=dtype,
            peak_flops=self.flops_per_s,
            bytes_per_s=self.bytes_per_s,
            t0_s=self.launch_s,
            sharpness=self.ridge,
            covariance=np.array(self.covariance),
            residual_rms=self.residual_rms,
            hull=np.array(self.hull).T,
            n=self.points,
        )


@frozen(kw_only=True)
class DeviceCalibration:
    """What the probes of one device say; immutable, named by `slug`.

    Attributes:
        fits: by math format ("bf16", "fp32", ...).
        copy_bytes_per_s: measured memory copy bandwidth (read + write), None when not probed.
        launch_s: measured host launch time, None when not probed.
        runs: identities of the probe runs it rests on.
        products: products that were timed because an answer rested on them.
    """

    slug: str
    accelerator: str
    fits: Mapping[str, DeviceFit] = field(factory=dict)
    copy_bytes_per_s: float | None = None
    launch_s: float | None = None
    runs: tuple[str, ...] = ()
    products: tuple[MeasuredProduct, ...] = ()

    def with_products(
        self, products: Iterable[MeasuredProduct], *, slug: str, run: str
    ) -> "DeviceCalibration":
        """This calibration with more timed products; a newer time of a product replaces its old."""
        timed = {_sizes(product): product for product in (*self.products, *products)}
        runs = tuple(dict.fromkeys((*self.runs, run)))
        return evolve(self, slug=slug, runs=runs, products=tuple(timed.values()))

    def timed(self, m: int, n: int, k: int, dtype: str) -> MeasuredProduct | None:
        """A product that was timed itself; None for another."""
        found = (one for one in self.products if _sizes(one) == (m, n, k, dtype))
        return next(found, None)

    @property
    def scatter(self) -> float:
        """The largest scatter among its timed products; 0 without any."""
        return max((product.scatter for product in self.products), default=0.0)

    def gemm_seconds(self, m: int, n: int, k: int, dtype: str) -> tuple[float, float, float]:
        """Seconds of one product of a probed format with its 90 % interval (value, low, high).

        Raises:
            KeyError: the format was not probed.
        """
        from sizing.engine.fitting import predict

        value, low, high = predict(self.fits[dtype].roofline(dtype), m, n, k)
        return float(value), float(low), float(high)

    def to_dict(self) -> dict[str, Any]:
        """JSON form; `from_dict` reads it back."""
        return {
            **asdict(self),
            "fits": {key: asdict(fit) for key, fit in self.fits.items()},
            "products": [asdict(product) for product in self.products],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "DeviceCalibration":
        """The calibration that `to_dict` wrote."""
        fits = {key: DeviceFit(**_tuples(fit)) for key, fit in data.get("fits", {}).items()}
        products = tuple(MeasuredProduct(**one) for one in data.get("products", ()))
        kept = {**data, "fits": fits, "runs": tuple(data.get("runs", ())), "products": products}
        return cls(**kept)


def _tuples(fit: Mapping[str, Any]) -> dict[str, Any]:
    nested = {key: tuple(tuple(row) for row in fit[key]) for key in ("covariance", "hull")}
    return {**fit, **nested}


def calibrated_rates(
    accelerator: Accelerator,
    setting: Setting,
    calibration: "Calibration",
    device: DeviceCalibration | None = None,
) -> Rates:
    """Rates of one point: the shipped calibration, corrected by a device's own probes.

    A probe measures the library's GEMM. Its ratio to what the calibration expects of the library
    on this variant corrects every matrix rate; the runtime's own factors stay. Products that were
    timed themselves correct their own time beyond that.
    """
    rates = rates_of([accelerator], [setting], calibration.factors)
    if device is None:
        return rates
    speed, width = rate_ratios(device, accelerator, setting, calibration)
    table = device_shapes(device, accelerator, setting, calibration)
    return rates.scaled(compute=speed, memory=width).with_shapes(PointShapes.of_one(table))


def rate_ratios(
    device: DeviceCalibration,
    accelerator: Accelerator,
    setting: Setting,
    calibration: "Calibration",
) -> tuple[float, float]:
    """Compute and memory rates of a device over those expected of its variant; 1 unprobed."""
    if not device.fits:
        return 1.0, 1.0
    expected = rates_of([accelerator], [setting.of_library()], calibration.factors)
    wide = setting.weights[-1]
    fit = device.fits.get(wide) or next(iter(device.fits.values()))
    speed = fit.flops_per_s / float(expected("gemm_compute", wide)[0])
    width = fit.bytes_per_s / float(expected("gemm_memory", wide)[0])
    return _sane(speed), _sane(width)


def device_shapes(
    device: DeviceCalibration,
    accelerator: Accelerator,
    setting: Setting,
    calibration: "Calibration",
) -> ShapeFactors | None:
    """What the timed products of a device say beyond its rates; None without any."""
    if not device.products:
        return None
    library = rates_of([accelerator], [setting.of_library()], calibration.factors)
    speed, width = rate_ratios(device, accelerator, setting, calibration)
    library = library.scaled(compute=speed, memory=width)
    return shape_factors(device.products, library, fitted=bool(device.fits))


def _sizes(product: MeasuredProduct) -> tuple[int, int, int, str]:
    return product.m, product.n, product.k, product.dtype


def _sane(ratio: float) -> float:
    return min(max(ratio, 1e-3), 1e3) if math.isfinite(ratio) else 1.0
