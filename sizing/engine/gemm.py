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
from sizing.engine.rates import LIBRARY, Setting, rates_of
from sizing.engine.roofline import bound_by_memory, gemm_work
from sizing.engine.workload import Gemm

GB = 1e9
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


def estimate_gemm(
    workload: Gemm,
    deployment: Deployment,
    calibration: Calibration,
    device: DeviceCalibration | None = None,
) -> Estimate:
    """Latency and rate of one product, by a device's own fit where it has one."""
    accelerator = deployment.accelerator
    matrix = matrix_format(workload.precision, workload.precision, accelerator.peak_flops)
    own = device.fits.get(_stored(matrix.math)) if device else None
    level: Level = "measured" if own else calibration.level(accelerator)
    fit = own.roofline(_stored(matrix.math)) if own else None
    fit = fit or library_fit(deployment, workload.precision, matrix.math, calibration)
    latency = _latency(workload, fit, None if own else _level_spread(level, accelerator.family))
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


def _level_spread(level: Level, family: str) -> float:
    return PROCESSOR_SPREAD if family == "cpu" else LEVEL_SPREAD[level]


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
