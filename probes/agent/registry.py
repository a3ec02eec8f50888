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
MEMORY_WAYS = ("copy", "triad", "read", "write")
LINK_WAYS = ("h2d", "d2h", "bidir")
COLLECTIVES = ("all_reduce", "all_gather", "reduce_scatter")
#: What standard adds to quick beside formats, in this order; links last, where a hang costs least.
STANDARD_ONLY = (
    *("gemm.decode", "gemm.tc_speedup", "mem.triad", "mem.read", "mem.write", "pcie.bidir"),
    *("attn.prefill", "attn.decode", "layer.infer", "layer.train", "cnn.resnet50", "cnn.conv3d"),
    *("hpc.stencil7", "hpc.stencil27", "hpc.sw", "int.lcg", "fin.mc_bs", "fft.c2c"),
    *("p2p", *(f"coll.{name}" for name in COLLECTIVES)),
)
REGISTRY: Registry = {
    "health": Entry(module=KERNELS + "cpu_health", deadline_s=30.0, cpu_deadline_s=30.0),
    **{f"gemm.{fmt}.peak": Entry(module=KERNELS + "gemm_peak") for fmt in FORMATS},
    **{f"gemm.curve.{fmt}": Entry(module=KERNELS + "gemm_curve") for fmt in CURVE_FORMATS},
    "gemm.decode": Entry(module=KERNELS + "gemm_decode"),
    "gemm.tc_speedup": Entry(module=KERNELS + "tensor_cores"),
    **{f"mem.{way}": Entry(module=KERNELS + "memory") for way in MEMORY_WAYS},
    **{f"pcie.{way}": Entry(module=KERNELS + "pcie", deadline_s=60.0) for way in LINK_WAYS},
    "attn.prefill": Entry(module=KERNELS + "attention"),
    "attn.decode": Entry(module=KERNELS + "attention"),
    "layer.infer": Entry(module=KERNELS + "layer"),
    "layer.train": Entry(module=KERNELS + "layer"),
    "cnn.resnet50": Entry(module=KERNELS + "resnet"),
    "cnn.conv3d": Entry(module=KERNELS + "vision"),
    "hpc.stencil7": Entry(module=KERNELS + "stencil"),
    "hpc.stencil27": Entry(module=KERNELS + "stencil"),
    "hpc.sw": Entry(module=KERNELS + "alignment"),
    "int.lcg": Entry(module=KERNELS + "integers"),
    "fin.mc_bs": Entry(module=KERNELS + "monte_carlo"),
    "fft.c2c": Entry(module=KERNELS + "fourier"),
    "p2p": Entry(module=KERNELS + "peer"),
    **{f"coll.{name}": Entry(module=KERNELS + "collectives") for name in COLLECTIVES},
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
    launch, soak. standard adds every format the device computes in and every whole operation;
    deep lengthens the soak.
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
        *(STANDARD_ONLY if suite != "quick" else ()),
        "soak",
    )


def why_not(probe: str, device: DeviceInfo, *, tiny: bool = False) -> str | None:
    """Why a probe does not apply to a device; None where it does."""
    parts = probe.split(".")
    if probe.endswith(".peak") or probe.startswith("gemm.curve."):
        fmt = parts[2] if parts[1] == "curve" else parts[1]
        if fmt not in device_formats(device):
            return f"{device.name} has no {fmt} matrix arithmetic"
    if probe == "gemm.tc_speedup" and "bf16" not in device_formats(device):
        return f"{device.name} has no bf16 matrix arithmetic to compare"
    if parts[0] in ("pcie", "p2p") and device.backend not in ("cuda", "rocm", "xpu"):
        return NO_LINK
    if device.backend == "cpu" and not tiny:
        return NOT_ON_CPU.get(probe)
    return None


NO_LINK = "no host link to measure: this device works in the host's memory"
NOT_ON_CPU = {
    "soak": "a soak tells of heat and power limits of accelerators only",
    "int.lcg": "compiled kernels are measured on accelerators only",
}


def deadline_s(entry: Entry, job: Job, probe: str, device: DeviceInfo) -> float:
    """Seconds a probe may take before it is stopped."""
    extra = float(job.soak_s) if probe == "soak" else 0.0
    return extra + (entry.cpu_deadline_s if device.backend == "cpu" else entry.deadline_s)
