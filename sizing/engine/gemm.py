"""Estimate one matrix product on one accelerator."""

import math

import numpy as np

from sizing.engine.answer import Bound, Estimate, Evidence, Memory, Part
from sizing.engine.calibration import Calibration, Level
from sizing.engine.devices import DeviceCalibration, DeviceFit
from sizing.engine.dtypes import MatrixFormat, bytes_per_element, matrix_format
from sizing.engine.evidence import device_notes, level_note
from sizing.engine.hardware import Deployment
from sizing.engine.intervals import Interval, interval
from sizing.engine.pricing import roofline_seconds
from sizing.engine.rates import LIBRARY, Setting, evaluate_slots, slots_for
from sizing.engine.workload import Gemm

GB = 1e9
LEVEL_SPREAD: dict[Level, float] = {"measured": 0.22, "family": 0.35, "datasheet": 0.60}
"""Half width of the log interval of one GEMM where its regime has too few published figures.

Single shapes scatter by 15-20 % around any smooth curve (sizing.md section 4, p90 column); weaker
evidence adds the spread of efficiencies between architectures (0.5-0.9 of peak).
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
    own = device.fits.get(matrix.math) if device else None
    fit = own or library_fit(deployment, workload.precision, calibration)
    seconds, compute_bound = _seconds(workload, fit, matrix)
    level: Level = "measured" if own else calibration.level(accelerator)
    half = _half_width(workload, fit, own is not None, level)
    latency = interval(seconds * 1e3, (-half, half))
    rate = 2e-12 * workload.m * workload.n * workload.k
    memory = _memory(workload, deployment)
    bound: Bound = "compute" if compute_bound else "memory-bandwidth"
    notes = device_notes(device) if own else (level_note(level, accelerator),)
    fits = memory.total_gb <= memory.capacity_gb
    return Estimate(
        feasible=fits,
        problems=() if fits else _too_large(memory, accelerator.name),
        metrics={"latency_ms": latency, "tflops": _inverse(rate, latency)} if fits else {},
        memory=memory,
        plan={},
        breakdown=(Part(part="gemm", seconds=seconds, share=1.0, bound=bound),),
        bottleneck=bound if fits else "memory-capacity",
        evidence=Evidence(
            level=level,
            calibration=device.slug if device and own else None,
            notes=(*notes, matrix.note) if matrix.note else notes,
        ),
    )


def library_fit(deployment: Deployment, precision: str, calibration: Calibration) -> DeviceFit:
    """What the shipped calibration expects of the vendor's GEMM library."""
    setting = Setting(
        engine=LIBRARY,
        link=deployment.interconnect,
        node_bytes_per_s=deployment.node_bytes_per_s,
        activations=precision,
        kv_cache=precision,
        weights=(precision,),
    )
    rates = evaluate_slots([slots_for(deployment.accelerator, setting)], calibration.factors)
    return DeviceFit(
        flops_per_s=float(rates("gemm_compute", precision)[0]),
        bytes_per_s=float(rates("gemm_memory", precision)[0]),
        launch_s=float(rates("launch_s")[0]),
        ridge=float(rates("ridge")[0]),
        residual_rms=0.0,
    )


def _seconds(workload: Gemm, fit: DeviceFit, matrix: MatrixFormat) -> tuple[float, bool]:
    flops = np.array(2.0 * workload.m * workload.n * workload.k)
    moved = np.array(operand_bytes(workload, matrix.math))
    rate, bandwidth = np.array(fit.flops_per_s), np.array(fit.bytes_per_s)
    one = roofline_seconds(flops, moved, rate, bandwidth, np.array(fit.ridge))
    return float(one) + fit.launch_s, bool(flops / rate >= moved / bandwidth)


def operand_bytes(workload: Gemm, math_format: str) -> float:
    """Operands as the units read them, result in at least 16 bit."""
    stored = {"fp4": "nvfp4"}.get(math_format, math_format)
    width = bytes_per_element(stored)
    operands = width * workload.k * (workload.m + workload.n)
    return operands + max(width, 2.0) * workload.m * workload.n


def _half_width(workload: Gemm, fit: DeviceFit, own: bool, level: Level) -> float:
    if not own:
        return LEVEL_SPREAD[level]
    half = 1.645 * math.hypot(fit.residual_rms, 0.011)
    return 2.0 * half if _outside(workload, fit) else half


def _outside(workload: Gemm, fit: DeviceFit) -> bool:
    """Whether a shape lies beyond what was probed: the band doubles there."""
    if fit.hull is None:
        return False
    shape = [math.log2(size) for size in (workload.m, workload.n, workload.k)]
    return any(
        not low - 1e-9 <= size <= high + 1e-9
        for size, low, high in zip(shape, *fit.hull, strict=True)
    )


def _inverse(work: float, latency: Interval) -> Interval:
    return Interval(
        value=work / (latency.value * 1e-3),
        low=work / (latency.high * 1e-3),
        high=work / (latency.low * 1e-3),
    )


def _memory(workload: Gemm, deployment: Deployment) -> Memory:
    total = operand_bytes(workload, workload.precision) / GB
    capacity = deployment.accelerator.capacity_bytes / GB
    return Memory(activations_gb=total, total_gb=total, capacity_gb=capacity)


def _too_large(memory: Memory, name: str) -> tuple[str, ...]:
    return (
        f"The matrices need {memory.total_gb:.1f} GB, {name} has {memory.capacity_gb:.1f} GB.",
        "It would fit split into blocks or in a narrower number format.",
    )
