"""Totals that a GPU counts from the load of its driver on: what a run added to each of them.

Four readings a second can miss a short slowdown and never show a link that corrects itself; a
counter misses nothing.
"""

import ctypes
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from probes.agent.telemetry.nvml import Reading, read

#: NVML fields (nvml.h): nanoseconds held back by the power limit, by heat as software or hardware
#: sees it, and by the board's power brake.
HELD_BACK_FIELDS = {
    "power_capped_ns": 74,
    "sw_thermal_ns": 269,
    "hw_thermal_ns": 270,
    "power_brake_ns": 271,
}
#: nvmlNvLinkErrorCounter_t: replays, recoveries, and both checksums of a link.
NVLINK_ERRORS = (0, 1, 2, 3)
#: Counters, the figure that their growth gives, its unit and the factor to it.
GROWTH = {
    "energy_mj": ("energy_j", "J", 1e-3),
    "power_capped_ns": ("power_capped_s", "s", 1e-9),
    "sw_thermal_ns": ("sw_thermal_s", "s", 1e-9),
    "hw_thermal_ns": ("hw_thermal_s", "s", 1e-9),
    "power_brake_ns": ("power_brake_s", "s", 1e-9),
    "pcie_replays": ("pcie_replays", "replays", 1.0),
    "nvlink_errors": ("nvlink_errors", "errors", 1.0),
}


def take(module: ModuleType, handle: Any, links: int) -> dict[str, Reading]:
    """Every counter now; `links` is how many NVLinks there are."""
    held_back = totals(module, handle, tuple(HELD_BACK_FIELDS.values()))
    return {
        "energy_mj": read(module.nvmlDeviceGetTotalEnergyConsumption, handle),
        **dict(zip(HELD_BACK_FIELDS, held_back, strict=True)),
        "pcie_replays": read(module.nvmlDeviceGetPcieReplayCounter, handle),
        "nvlink_errors": _nvlink_errors(module, handle, links),
    }


def growth(before: Mapping[str, Reading], after: Mapping[str, Reading]) -> dict[str, float]:
    """What a run added, by name of the figure; absent where a counter was not read or went back.

    A counter goes back when the driver was loaded again in between.
    """
    found = {}
    for name, (figure, _, factor) in GROWTH.items():
        start, end = (state.get(name, Reading()).value for state in (before, after))
        if start is not None and end is not None and end >= start:
            found[figure] = (end - start) * factor
    return found


def totals(module: ModuleType, handle: Any, numbers: tuple[int, ...]) -> tuple[Reading, ...]:
    """Numbered fields of 64 bits, by one call."""
    found = read(module.nvmlDeviceGetFieldValues, handle, list(numbers))
    if not found.ok:
        return (found,) * len(numbers)
    return tuple(
        Reading(int(item.value.ullVal)) if item.nvmlReturn == 0 else Reading(reason="not_supported")
        for item in found.value
    )


def _nvlink_errors(module: ModuleType, handle: Any, links: int) -> Reading:
    """Over all links and kinds; absent where no link tells."""
    told = [
        found.value
        for link in range(links)
        for kind in NVLINK_ERRORS
        if (found := read(module.nvmlDeviceGetNvLinkErrorCounter, handle, link, kind)).ok
    ]
    return Reading(sum(told)) if told else Reading(reason="not_supported")


def fabric_state(module: ModuleType, handle: Any) -> Reading:
    """How far a GPU has joined its NVSwitch fabric: 1 not begun, 2 under way, 3 joined.

    Absent for GPUs without a fabric, which answer 0.
    """
    info = module.c_nvmlGpuFabricInfo_t()
    answer = read(module.nvmlDeviceGetGpuFabricInfo, handle, ctypes.byref(info))
    if not answer.ok or not info.state:
        return Reading(reason=answer.reason or "not_supported")
    return Reading(int(info.state))
