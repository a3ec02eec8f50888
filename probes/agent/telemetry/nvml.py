"""NVIDIA's management library through `pynvml`: every call gives a value or a reason, never both.

Read only: nothing here sets a clock, a limit or a mode. Without the library or a GPU, all of it
answers that there is nothing.
"""

import contextlib
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import attrs

from probes.agent.formats import cuda_formats
from probes.protocol import DeviceInfo

#: Return codes that mean "no value", by the word this project uses for the reason.
REASONS = {
    2: "invalid_argument",
    3: "not_supported",
    4: "no_permission",
    9: "driver_not_loaded",
    10: "timeout",
    12: "library_not_found",
    13: "function_not_found",
    15: "gpu_is_lost",
    999: "unknown",
}


@attrs.frozen
class Reading:
    """What one call gave: a value, or the reason why there is none."""

    value: Any = None
    reason: str = ""

    @property
    def ok(self) -> bool:
        return not self.reason


def load() -> ModuleType | None:
    """The `pynvml` module, None where it is not installed."""
    try:
        import pynvml
    except ImportError:
        return None
    module: ModuleType = pynvml
    return module


def read(call: Callable[..., Any], *arguments: Any) -> Reading:
    """Call NVML and catch each way in which it says no."""
    module = load()
    if module is None:
        return Reading(reason="library_not_found")
    try:
        return Reading(call(*arguments))
    except module.NVMLError as error:
        return Reading(reason=REASONS.get(error.value, f"error_{error.value}"))
    except (AttributeError, UnicodeDecodeError):
        return Reading(reason="function_not_found")


@contextlib.contextmanager
def session() -> Iterator[ModuleType | None]:
    """NVML, initialised for the block; None where there is no library, driver or device."""
    module = load()
    if module is None or not read(module.nvmlInit).ok:
        yield None
        return
    try:
        yield module
    finally:
        read(module.nvmlShutdown)


def handle_of(module: ModuleType, uuid: str) -> Any | None:
    """The handle of the GPU with this UUID; None where it is not there."""
    return read(module.nvmlDeviceGetHandleByUUID, uuid).value


def devices() -> list[DeviceInfo]:
    """All NVIDIA GPUs that NVML shows, in PCI order."""
    with session() as module:
        if module is None:
            return []
        count = read(module.nvmlDeviceGetCount).value or 0
        driver = str(read(module.nvmlSystemGetDriverVersion).value or "")
        found = []
        for index in range(count):
            handle = read(module.nvmlDeviceGetHandleByIndex, index).value
            if handle is not None:
                found.append(_device(module, handle, index, driver))
        return [device for device in found if device is not None]


def _device(module: ModuleType, handle: Any, index: int, driver: str) -> DeviceInfo | None:
    uuid, name = (
        read(module.nvmlDeviceGetUUID, handle).value,
        read(module.nvmlDeviceGetName, handle).value,
    )
    if not uuid or not name:
        return None
    pci = read(module.nvmlDeviceGetPciInfo, handle).value
    return DeviceInfo(
        uuid=str(uuid)[:80],
        index=index,
        backend="cuda",
        name=str(name)[:120],
        memory_bytes=total_memory_bytes(module, handle),
        driver_version=driver[:60],
        pci_device_id=f"{pci.pciDeviceId:08x}" if pci else "",
        pci_subsystem_id=f"{pci.pciSubSystemId:08x}" if pci else "",
        pci_bus_id=_text(pci.busId)[:20] if pci else "",
        facts=_facts(module, handle),
    )


def total_memory_bytes(module: ModuleType, handle: Any) -> int | None:
    """Total memory by the second version of the call, else by the first."""
    version = getattr(module, "nvmlMemory_v2", None)
    memory = read(module.nvmlDeviceGetMemoryInfo, handle, version)
    if not memory.ok:
        memory = read(module.nvmlDeviceGetMemoryInfo, handle)
    return int(memory.value.total) or None if memory.ok else None


def _facts(module: ModuleType, handle: Any) -> dict[str, Any]:
    """What else identifies the GPU or bounds it; absent where NVML does not say."""
    capability = read(module.nvmlDeviceGetCudaComputeCapability, handle)
    mig = read(module.nvmlDeviceGetMigMode, handle)
    limit = read(module.nvmlDeviceGetPowerManagementDefaultLimit, handle)
    facts: dict[str, Any] = {
        "serial": read(module.nvmlDeviceGetSerial, handle).value,
        "vbios": read(module.nvmlDeviceGetVbiosVersion, handle).value,
        "max_sm_clock_mhz": read(
            module.nvmlDeviceGetMaxClockInfo, handle, module.NVML_CLOCK_SM
        ).value,
        "max_pcie_generation": read(module.nvmlDeviceGetMaxPcieLinkGeneration, handle).value,
        "max_pcie_width": read(module.nvmlDeviceGetMaxPcieLinkWidth, handle).value,
        "default_power_limit_w": limit.value / 1000 if limit.ok else None,
        "mig": bool(mig.value[0]) if mig.ok else None,
    }
    if capability.ok:
        facts["compute_capability"] = ".".join(str(part) for part in capability.value)
        facts["formats"] = list(cuda_formats(tuple(capability.value)))
    return {name: value for name, value in facts.items() if value is not None}


def _text(value: str | bytes) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
