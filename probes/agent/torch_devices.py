"""Print the devices that torch sees and NVML does not, as one line of JSON.

Run as ``python -m probes.agent.torch_devices MACHINE_ID`` by the inventory: importing torch
belongs in a process of its own.
"""

import json
import sys
from typing import Any

import torch

from probes.protocol import DeviceInfo, to_data

FORMATS = {
    "rocm": ("fp64", "fp32", "fp16", "bf16"),
    "xpu": ("fp32", "fp16", "bf16"),
    "mps": ("fp32", "fp16", "bf16"),
}
#: AMD accelerators with fp8 matrix units (CDNA 3 and 4 instruction set guides).
ROCM_FP8 = ("gfx94", "gfx95")


def found(machine: str) -> list[DeviceInfo]:
    """All such devices; `machine` makes ids for those that have none of their own."""
    devices = []
    if torch.version.hip and torch.cuda.is_available():
        devices += [_described("rocm", torch.cuda, i, machine) for i in _indices(torch.cuda)]
    if hasattr(torch, "xpu") and torch.xpu.is_available():
        devices += [_described("xpu", torch.xpu, i, machine) for i in _indices(torch.xpu)]
    if torch.backends.mps.is_available():
        devices.append(_mps(machine))
    return devices


def _indices(module: Any) -> range:
    return range(module.device_count())


def _described(backend: str, module: Any, index: int, machine: str) -> DeviceInfo:
    properties = module.get_device_properties(index)
    architecture = str(getattr(properties, "gcnArchName", ""))
    formats = list(FORMATS[backend])
    if architecture.startswith(ROCM_FP8):
        formats.append("fp8")
    if getattr(properties, "has_fp64", False):
        formats.append("fp64")
    facts = {"formats": formats, "architecture": architecture or None}
    own = getattr(properties, "uuid", None)
    return DeviceInfo(
        uuid=f"{backend.upper()}-{own or f'{machine[:32]}-{index}'}",
        index=index,
        backend=backend,
        name=str(properties.name)[:120],
        memory_bytes=int(properties.total_memory),
        driver_version=str(getattr(properties, "driver_version", "") or "")[:60],
        facts={name: value for name, value in facts.items() if value is not None},
    )


def _mps(machine: str) -> DeviceInfo:
    return DeviceInfo(
        uuid=f"MPS-{machine[:32]}",
        index=0,
        backend="mps",
        name="Apple GPU",
        memory_bytes=int(torch.mps.recommended_max_memory()),
        facts={"formats": list(FORMATS["mps"])},
    )


if __name__ == "__main__":
    print(json.dumps([to_data(device) for device in found(sys.argv[1])]))  # noqa: T201 - the answer
