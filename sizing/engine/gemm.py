"""Estimate one matrix product on one accelerator."""

import numpy as np

from sizing.engine.answer import Bound, Estimate, Evidence, Memory, Part
from sizing.engine.calibration import Calibration, Level
from sizing.engine.devices import DeviceCalibration
from sizing.engine.dtypes import matrix_format
from sizing.engine.evidence import device_notes, level_note
from sizing.engine.fitting import RooflineFit, predict
from sizing.engine.hardware import Deployment
from sizing.engine.intervals import Interval, interval
from sizing.engine.measuring.narrowing import level_spread
from sizing.engine.rates import LIBRARY, Setting, rates_of
from sizing.engine.roofline import bound_by_memory, gemm_work
from sizing.engine.workload import Gemm

GB = 1e9


def estimate_gemm(
    workload: Gemm,
    deployment: Deployment,
    calibration: Calibration,
    device: DeviceCalibration | None = None,
) -> Estimate:
    """Latency and rate of one product, by a device's own fit where it has one."""
    accelerator = deployment.accelerator
    matrix = matrix_format(workload.precision, workload.precision, accelerator.peak_flops)
    dtype = _stored(matrix.math)
    timed = device.timed(workload.m, workload.n, workload.k, dtype) if device else None
    own = device is not None and (timed is not None or dtype in device.fits)
    level: Level = "measured" if own else calibration.level(accelerator)
    fit = product_roofline(workload, deployment, calibration, device)
    half_width = level_spread(level, accelerator.family)
    latency = _latency(workload, fit, None if device and dtype in device.fits else half_width)
    if timed is not None:
        latency = interval(timed.seconds * 1e3, (-timed.scatter, timed.scatter))
    peak = accelerator.peak_flops.get(matrix.math)
    if peak and accelerator.family != "cpu":
        latency = _within_peak(latency, workload, peak)
    memory = _memory(workload, deployment)
    notes = device_notes(device) if own else (level_note(level, accelerator),)
    evidence = Evidence(
        level=level,
        calibration=device.slug if device and own else None,
        notes=(*notes, matrix.note) if matrix.note else notes,
    )
    if memory.total_gb > memory.capacity_gb:
        return _infeasible(memory, accelerator.name, evidence)
    rate = 2e-12 * workload.m * workload.n * workload.k
    bound = _bound(workload, fit)
    return Estimate(
        feasible=True,
        metrics={"latency_ms": latency, "tflops": _inverse(rate, latency)},
        memory=memory,
        plan={},
        breakdown=(Part(part="gemm", seconds=latency.value * 1e-3, share=1.0, bound=bound),),
        bottleneck=bound,
        evidence=evidence,
    )


def product_roofline(
    workload: Gemm,
    deployment: Deployment,
    calibration: Calibration,
    device: DeviceCalibration | None = None,
) -> RooflineFit:
    """The roofline of a product's format: a device's own, else the library's on the variant."""
    peaks = deployment.accelerator.peak_flops
    math_format = matrix_format(workload.precision, workload.precision, peaks).math
    own = device.fits.get(_stored(math_format)) if device else None
    if own is not None:
        return own.roofline(_stored(math_format))
    return library_fit(deployment, workload.precision, math_format, calibration)


def _stored(math_format: str) -> str:
    return "nvfp4" if math_format == "fp4" else math_format


def library_fit(
    deployment: Deployment, precision: str, math_format: str, calibration: Calibration
) -> RooflineFit:
    """What the shipped calibration expects of the vendor's GEMM library."""
    setting = library_setting(deployment, precision)
    rates = rates_of([deployment.accelerator], [setting], calibration.factors)
    return RooflineFit(
        dtype=_stored(math_format),
        peak_flops=float(rates("gemm_compute", precision)[0]),
        bytes_per_s=float(rates("gemm_memory", precision)[0]),
        t0_s=float(rates("launch_s")[0]),
        sharpness=float(rates("ridge")[0]),
        covariance=np.zeros((4, 4)),
        residual_rms=0.0,
        hull=np.array([[-1e9, 1e9]] * 4),
        n=0,
    )


def library_setting(deployment: Deployment, precision: str) -> Setting:
    """The rate setting of a bare GEMM."""
    return Setting(
        engine=LIBRARY,
        link=deployment.interconnect,
        node_bytes_per_s=deployment.node_bytes_per_s,
        activations=precision,
        kv_cache=precision,
        weights=(precision,),
    )


def _latency(workload: Gemm, fit: RooflineFit, half_width: float | None) -> Interval:
    """Milliseconds; the fit's own band unless a half width of the log is given."""
    value, low, high = (float(x) * 1e3 for x in predict(fit, workload.m, workload.n, workload.k))
    if half_width is not None:
        return interval(value, (-half_width, half_width))
    return Interval(value=value, low=low, high=high)


def _within_peak(latency: Interval, workload: Gemm, peak_flops: float) -> Interval:
    """No product is faster than the datasheet's peak; a processor's peak is only derived."""
    floor = 2e3 * workload.m * workload.n * workload.k / peak_flops
    low, value, high = (max(x, floor) for x in (latency.low, latency.value, latency.high))
    return Interval(value=value, low=low, high=high)


def _bound(workload: Gemm, fit: RooflineFit) -> Bound:
    flops, moved = gemm_work(workload.m, workload.n, workload.k, fit.dtype)
    memory = bound_by_memory(flops, moved, peak_flops=fit.peak_flops, bytes_per_s=fit.bytes_per_s)
    return "memory-bandwidth" if bool(memory) else "compute"


def _inverse(work: float, latency: Interval) -> Interval:
    return Interval(
        value=work / (latency.value * 1e-3),
        low=work / (latency.high * 1e-3),
        high=work / (latency.low * 1e-3),
    )


def _memory(workload: Gemm, deployment: Deployment) -> Memory:
    _, moved = gemm_work(workload.m, workload.n, workload.k, workload.precision)
    total = float(moved) / GB
    capacity = deployment.accelerator.capacity_bytes / GB
    return Memory(activations_gb=total, total_gb=total, capacity_gb=capacity)


def _infeasible(memory: Memory, name: str, evidence: Evidence) -> Estimate:
    needed, capacity = memory.total_gb, memory.capacity_gb
    problem = f"The matrices need {needed:.1f} GB, {name} has {capacity:.1f} GB"
    return Estimate(
        feasible=False,
        problems=(
            f"{problem} ({needed - capacity:.1f} GB short).",
            "It would fit split into blocks or in a narrower number format.",
        ),
        memory=memory,
        plan={},
        bottleneck="memory-capacity",
        evidence=evidence,
    )
