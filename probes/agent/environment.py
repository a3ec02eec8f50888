"""The environment a probe process starts with: an allow-list, and one visible device."""

import os
from collections.abc import Mapping
from pathlib import Path

import probes.protocol
from probes.protocol import DeviceInfo

ALLOWED = (
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "SYSTEMROOT",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "CUDA_HOME",
    "CUDA_PATH",
    "ROCM_PATH",
    "HSA_OVERRIDE_GFX_VERSION",
    "ONEAPI_ROOT",
    "XDG_CACHE_HOME",
    "NVIDIA_DRIVER_CAPABILITIES",
)


def child_environment(
    device: DeviceInfo, parent: Mapping[str, str] | None = None, *, whole_host: bool = False
) -> dict[str, str]:
    """Variables for a probe process on `device`, or on all of the host's for a probe of links.

    Secrets of the worker (broker password, tokens) stay out because only listed names pass.
    cuBLAS needs its workspace fixed to give the same bits twice (cuBLAS documentation, results
    reproducibility).
    """
    source = os.environ if parent is None else parent
    package = Path(probes.protocol.__file__).resolve().parent.parent
    return {
        **{name: source[name] for name in ALLOWED if name in source},
        **({} if whole_host else visible_device(device)),
        "PYTHONPATH": str(package),
        "PYTHONUNBUFFERED": "1",
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
    }


def visible_device(device: DeviceInfo) -> dict[str, str]:
    """The variables that leave only `device` visible to torch, as index 0."""
    if device.backend == "cuda":
        return {"CUDA_VISIBLE_DEVICES": device.uuid, "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}
    if device.backend == "rocm":
        return {"HIP_VISIBLE_DEVICES": str(device.index)}
    if device.backend == "xpu":
        return {"ZE_AFFINITY_MASK": str(device.index)}
    return {"CUDA_VISIBLE_DEVICES": ""}
