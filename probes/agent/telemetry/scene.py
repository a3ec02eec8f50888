"""Write what NVML answers for a real GPU as a scene file, which the stub library can replay.

One line per call: ``INDEX.FUNCTION[.ARGUMENT]=VALUES`` with values separated by spaces, ``!CODE``
for a return code, and no line where the call is not supported. Identifying values (serial, UUID)
are replaced, so that a scene can be shared.
"""

from types import ModuleType
from typing import Any

from probes.agent.telemetry import counters
from probes.agent.telemetry.nvml import REASONS, Reading, read, session
from probes.agent.telemetry.snapshot import FIELD_RECOVERY_ACTION, MOST_NVLINKS, field

CODES = {reason: code for code, reason in REASONS.items()}
#: Calls that take the handle alone and give one number or a tuple of numbers.
PLAIN = (
    "nvmlDeviceGetEccMode",
    "nvmlDeviceGetRemappedRows",
    "nvmlDeviceGetPowerUsage",
    "nvmlDeviceGetEnforcedPowerLimit",
    "nvmlDeviceGetPowerManagementDefaultLimit",
    "nvmlDeviceGetCurrentClocksEventReasons",
    "nvmlDeviceGetCurrPcieLinkGeneration",
    "nvmlDeviceGetCurrPcieLinkWidth",
    "nvmlDeviceGetMaxPcieLinkGeneration",
    "nvmlDeviceGetGpuMaxPcieLinkGeneration",
    "nvmlDeviceGetMaxPcieLinkWidth",
    "nvmlDeviceGetPcieReplayCounter",
    "nvmlDeviceGetMigMode",
    "nvmlDeviceGetCudaComputeCapability",
    "nvmlDeviceGetTotalEnergyConsumption",
)
#: Calls with one more argument, and the arguments to ask for.
WITH_ARGUMENT = (
    ("nvmlDeviceGetClockInfo", (1, 2)),
    ("nvmlDeviceGetMaxClockInfo", (1, 2)),
    ("nvmlDeviceGetTemperature", (0,)),
    ("nvmlDeviceGetTemperatureThreshold", (0, 1)),
    ("nvmlDeviceGetNvLinkState", tuple(range(MOST_NVLINKS))),
)


def dump(index: int) -> list[str]:
    """The scene lines of the GPU with this index; empty where NVML shows none."""
    with session() as module:
        handle = read(module.nvmlDeviceGetHandleByIndex, index).value if module else None
        if module is None or handle is None:
            return []
        return ["count=1", *_driver(module), *_lines(module, handle)]


def _driver(module: ModuleType) -> list[str]:
    version = read(module.nvmlSystemGetDriverVersion)
    return [f"driver={version.value}"] if version.ok else []


def _lines(module: ModuleType, handle: Any) -> list[str]:
    named = {
        "nvmlDeviceGetName": read(module.nvmlDeviceGetName, handle),
        "nvmlDeviceGetUUID": Reading("GPU-00000000-0000-0000-0000-000000000000"),
        **{name: read(getattr(module, name, _missing), handle) for name in PLAIN},
        **_with_arguments(module, handle),
        **_structures(module, handle),
        f"nvmlDeviceGetFieldValues.{FIELD_RECOVERY_ACTION}": field(
            module, handle, FIELD_RECOVERY_ACTION
        ),
        **_held_back(module, handle),
        "nvmlDeviceGetGpuFabricInfo": counters.fabric_state(module, handle),
    }
    lines = (_line(name, reading) for name, reading in named.items())
    return [line for line in lines if line]


def _held_back(module: ModuleType, handle: Any) -> dict[str, Reading]:
    numbers = tuple(counters.HELD_BACK_FIELDS.values())
    found = counters.totals(module, handle, numbers)
    return {
        f"nvmlDeviceGetFieldValues.{number}": reading
        for number, reading in zip(numbers, found, strict=True)
    }


def _with_arguments(module: ModuleType, handle: Any) -> dict[str, Reading]:
    found = {
        f"{name}.{argument}": read(getattr(module, name, _missing), handle, argument)
        for name, arguments in WITH_ARGUMENT
        for argument in arguments
    }
    for counter in (0, 1):
        errors = read(module.nvmlDeviceGetTotalEccErrors, handle, 1, counter)
        found[f"nvmlDeviceGetTotalEccErrors.{counter}"] = errors
    return found


def _structures(module: ModuleType, handle: Any) -> dict[str, Reading]:
    """Calls whose answer is a structure, flattened to numbers."""
    memory = read(module.nvmlDeviceGetMemoryInfo, handle)
    use = read(module.nvmlDeviceGetUtilizationRates, handle)
    pci = read(module.nvmlDeviceGetPciInfo, handle)
    running = read(module.nvmlDeviceGetComputeRunningProcesses, handle)
    return {
        "nvmlDeviceGetMemoryInfo": _flat(memory, lambda m: (m.total, m.free, m.used)),
        "nvmlDeviceGetUtilizationRates": _flat(use, lambda u: (u.gpu, u.memory)),
        "nvmlDeviceGetPciInfo": _flat(pci, lambda p: (p.pciDeviceId, p.pciSubSystemId, p.bus)),
        "nvmlDeviceGetComputeRunningProcesses": _flat(running, lambda found: (len(found),)),
    }


def _flat(reading: Reading, numbers: Any) -> Reading:
    return Reading(numbers(reading.value)) if reading.ok else reading


def _missing(*_: Any) -> None:
    raise AttributeError


def _line(name: str, reading: Reading) -> str:
    if reading.reason == "not_supported":
        return ""
    if not reading.ok:
        return f"0.{name}=!{CODES.get(reading.reason, 999)}"
    values = reading.value if isinstance(reading.value, tuple | list) else (reading.value,)
    return f"0.{name}=" + " ".join(str(value) for value in values)
