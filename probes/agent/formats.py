"""Number formats: which a device computes in, without importing torch."""

from collections.abc import Sequence

from probes.protocol import DeviceInfo

#: Lowest CUDA compute capability with hardware for a format (CUDA C++ programming guide, table of
#: features by compute capability). fp64 and fp32 run everywhere.
CUDA_SINCE = {"fp16": (7, 0), "int8": (7, 5), "bf16": (8, 0), "tf32": (8, 0), "fp8": (8, 9)}
CPU_FORMATS = ("fp64", "fp32", "fp16", "bf16", "int8")


def cuda_formats(capability: tuple[int, int]) -> tuple[str, ...]:
    """The formats that a CUDA device of `capability` (major, minor) computes in."""
    newer = (fmt for fmt, since in CUDA_SINCE.items() if capability >= since)
    return ("fp64", "fp32", *newer)


def device_formats(device: DeviceInfo) -> tuple[str, ...]:
    """The formats of a device, as its inventory states them."""
    stated: Sequence[str] = device.facts.get("formats") or ()
    if not stated and device.backend == "cpu":
        return CPU_FORMATS
    return tuple(stated) or ("fp32",)


def main_format(device: DeviceInfo) -> str:
    """The 16-bit format that people run models in on this device: bf16, else fp16, else fp32."""
    formats = device_formats(device)
    return next((fmt for fmt in ("bf16", "fp16") if fmt in formats), "fp32")
