"""The state of one GPU at one moment, item by item: each a value or the reason for none."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from probes.agent.telemetry import counters
from probes.agent.telemetry.nvml import Reading, read

Snapshot = Mapping[str, Reading]
NOT_THERE = Reading(reason="not_supported")
MOST_NVLINKS = 18
FIELD_RECOVERY_ACTION = 230
FIELD_MEMORY_TEMPERATURE = 82
FIELD_POWER_NOW = 186


def take(module: ModuleType, handle: Any) -> Snapshot:
    """Everything that the health rules compare before and after a run."""
    volatile, aggregate = module.NVML_VOLATILE_ECC, module.NVML_AGGREGATE_ECC
    wrong = module.NVML_MEMORY_ERROR_TYPE_UNCORRECTED
    links = nvlinks(module, handle)
    return {
        **counters.take(module, handle, sum(links.value or ())),
        "ecc_mode": read(module.nvmlDeviceGetEccMode, handle),
        "ecc_volatile": read(module.nvmlDeviceGetTotalEccErrors, handle, wrong, volatile),
        "ecc_aggregate": read(module.nvmlDeviceGetTotalEccErrors, handle, wrong, aggregate),
        "remapped_rows": read(module.nvmlDeviceGetRemappedRows, handle),
        "power_limit_mw": read(module.nvmlDeviceGetEnforcedPowerLimit, handle),
        "power_default_mw": read(module.nvmlDeviceGetPowerManagementDefaultLimit, handle),
        "slowdown_c": read(
            module.nvmlDeviceGetTemperatureThreshold,
            handle,
            module.NVML_TEMPERATURE_THRESHOLD_SLOWDOWN,
        ),
        "pcie_max_width": read(module.nvmlDeviceGetMaxPcieLinkWidth, handle),
        "pcie_max_generation": read(module.nvmlDeviceGetMaxPcieLinkGeneration, handle),
        "pcie_gpu_max_generation": read(module.nvmlDeviceGetGpuMaxPcieLinkGeneration, handle),
        "recovery_action": field(module, handle, FIELD_RECOVERY_ACTION),
        "nvlinks": links,
        "fabric": counters.fabric_state(module, handle),
        "mig": read(module.nvmlDeviceGetMigMode, handle),
        "virtual": read(module.nvmlDeviceGetVirtualizationMode, handle),
        "retired_pending": read(module.nvmlDeviceGetRetiredPagesPendingStatus, handle),
        "present": read(module.nvmlDeviceGetUUID, handle),
    }


def field(module: ModuleType, handle: Any, number: int) -> Reading:
    """One of NVML's numbered fields, as an unsigned number."""
    return fields(module, handle, number)[0]


def fields(module: ModuleType, handle: Any, *numbers: int) -> tuple[Reading, ...]:
    """Several numbered fields by one call."""
    found = read(module.nvmlDeviceGetFieldValues, handle, list(numbers))
    if not found.ok:
        return (found,) * len(numbers)
    return tuple(
        Reading(int(item.value.uiVal)) if item.nvmlReturn == 0 else NOT_THERE
        for item in found.value
    )


def nvlinks(module: ModuleType, handle: Any) -> Reading:
    """(active, inactive) links; NVML says "not supported" after the last."""
    states = []
    for link in range(MOST_NVLINKS):
        state = read(module.nvmlDeviceGetNvLinkState, handle, link)
        if not state.ok:
            break
        states.append(bool(state.value))
    return Reading((sum(states), len(states) - sum(states))) if states else NOT_THERE
