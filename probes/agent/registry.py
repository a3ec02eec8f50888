"""Which module runs which probe, which probes a suite holds, and how long each may take."""

import importlib
from collections.abc import Callable, Mapping
from typing import cast

import attrs

from probes.agent.formats import device_formats, main_format
from probes.agent.kernels.context import Context, Outcome
from probes.protocol import CURVE_FORMATS, FORMATS, DeviceInfo, Job

Kernel = Callable[[Context], Outcome]


@attrs.frozen(kw_only=True)
class Entry:
    """A probe's kernel module (which has `run`) and its own deadline on a CPU and elsewhere."""

    module: str
    cpu_deadline_s: float = 120.0
    deadline_s: float = 120.0


Registry = Mapping[str, Entry]

KERNELS = "probes.agent.kernels."
REGISTRY: Registry = {
    "health": Entry(module=KERNELS + "cpu_health", deadline_s=30.0, cpu_deadline_s=30.0),
    **{f"gemm.{fmt}.peak": Entry(module=KERNELS + "gemm_peak") for fmt in FORMATS},
    **{f"gemm.curve.{fmt}": Entry(module=KERNELS + "gemm_curve") for fmt in CURVE_FORMATS},
    "mem.copy": Entry(module=KERNELS + "memory"),
    "pcie.h2d": Entry(module=KERNELS + "pcie", deadline_s=60.0, cpu_deadline_s=60.0),
    "pcie.d2h": Entry(module=KERNELS + "pcie", deadline_s=60.0, cpu_deadline_s=60.0),
    "host.launch": Entry(module=KERNELS + "launch", deadline_s=60.0),
    "soak": Entry(module=KERNELS + "soak", deadline_s=60.0),
}


def load_kernel(module: str) -> Kernel:
    """Import a kernel module and give its `run`."""
    return cast("Kernel", importlib.import_module(module).run)


def probes_of(job: Job, device: DeviceInfo) -> tuple[str, ...]:
    """The probes a job runs on a device, health first and the soak last."""
    return job.probes or suite_probes(job.suite, device)


def suite_probes(suite: str, device: DeviceInfo) -> tuple[str, ...]:
    """The probes of a suite on a device.

    quick: health, peaks of the two main formats, the curve to calibrate on, copy, host link,
    launch, soak. standard adds every format the device computes in; deep lengthens the soak.
    """
    main = main_format(device)
    peaks, curves = dict.fromkeys((main, "fp32")), dict.fromkeys((main,))
    if device.backend == "cpu":
        curves["fp32"] = None
    if suite != "quick":
        formats = device_formats(device)
        peaks = dict.fromkeys((*peaks, *formats))
        curves = dict.fromkeys((*curves, *(f for f in CURVE_FORMATS if f in formats)))
    return (
        "health",
        *(f"gemm.{fmt}.peak" for fmt in peaks),
        *(f"gemm.curve.{fmt}" for fmt in curves),
        "mem.copy",
        "pcie.h2d",
        "pcie.d2h",
        "host.launch",
        "soak",
    )


def why_not(probe: str, device: DeviceInfo, *, tiny: bool = False) -> str | None:
    """Why a probe does not apply to a device; None where it does."""
    parts = probe.split(".")
    if parts[0] == "gemm":
        fmt = parts[2] if parts[1] == "curve" else parts[1]
        if fmt not in device_formats(device):
            return f"{device.name} has no {fmt} matrix arithmetic"
    if parts[0] == "pcie" and device.backend not in ("cuda", "rocm", "xpu"):
        return "no host link to measure: this device works in the host's memory"
    if probe == "soak" and device.backend == "cpu" and not tiny:
        return "a soak tells of heat and power limits of accelerators only"
    return None


def deadline_s(entry: Entry, job: Job, probe: str, device: DeviceInfo) -> float:
    """Seconds a probe may take before it is stopped."""
    extra = float(job.soak_s) if probe == "soak" else 0.0
    return extra + (entry.cpu_deadline_s if device.backend == "cpu" else entry.deadline_s)
