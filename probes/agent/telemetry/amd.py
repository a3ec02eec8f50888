"""AMD's management library through `amdsmi`: the same readings, as far as it has them.

Read only. Names and units as in amdsmi 7.0 (power caps in microwatts, memory in MB). No AMD GPU was
at hand: this is tested against a stand-in with the library's names, not against the library.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from probes.agent.telemetry.nvml import Reading
from probes.agent.telemetry.rules import HARDWARE_THERMAL, POWER_CAP
from probes.agent.telemetry.sampler import Sample
from probes.agent.telemetry.snapshot import NOT_THERE, Snapshot
from probes.protocol import DeviceInfo

#: Violations that are active now -> the bit of NVML's mask that means the same.
VIOLATIONS = {
    "active_prochot_thrm": HARDWARE_THERMAL,
    "active_socket_thrm": HARDWARE_THERMAL,
    "active_vr_thrm": HARDWARE_THERMAL,
    "active_hbm_thrm": HARDWARE_THERMAL,
    "active_ppt_pwr": POWER_CAP,
}
#: Items of a snapshot that this library has no counterpart of.
ABSENT = (
    *("ecc_mode", "ecc_aggregate", "remapped_rows", "retired_pending", "recovery_action"),
    *("nvlinks", "mig", "virtual", "slowdown_c", "pcie_gpu_max_generation", "fabric"),
)
MB = 2**20


def load() -> ModuleType | None:
    """The `amdsmi` module, None where it or the library behind it is not installed."""
    try:
        import amdsmi
    except (ImportError, OSError, KeyError):
        return None
    module: ModuleType = amdsmi
    return module


@contextlib.contextmanager
def session() -> Iterator[ModuleType | None]:
    """The library, initialised for the block; None where there is none, or no driver."""
    module = load()
    if module is None or not read(module, module.amdsmi_init).ok:
        yield None
        return
    try:
        yield module
    finally:
        read(module, module.amdsmi_shut_down)


def read(module: ModuleType, call: Callable[..., Any], *arguments: Any) -> Reading:
    """Call the library; whatever way it says no becomes a reason."""
    try:
        return Reading(call(*arguments))
    except module.AmdSmiException as error:
        return Reading(reason=type(error).__name__)
    except (AttributeError, OSError):
        return Reading(reason="function_not_found")


def handle_of(module: ModuleType, device: DeviceInfo) -> Any | None:
    """The handle of a device: by PCI bus id where it is known, else by its place."""
    handles = read(module, module.amdsmi_get_processor_handles).value or []
    if device.pci_bus_id:
        wanted = device.pci_bus_id.lower()
        for handle in handles:
            found = str(read(module, module.amdsmi_get_gpu_device_bdf, handle).value).lower()
            if found.endswith(wanted) or wanted.endswith(found):
                return handle
        return None
    return handles[device.index] if device.index < len(handles) else None


class AmdMeter:
    """A GPU read through amdsmi."""

    name = "amdsmi"

    def __init__(self, module: ModuleType, handle: Any) -> None:
        self.module, self.handle = module, handle

    def sample(self, probe: str = "") -> Sample:
        temperature = self._heat("HOTSPOT")
        power = self._part("amdsmi_get_power_info")
        pcie = self._part("amdsmi_get_pcie_info").get("pcie_metric", {})
        static = self._part("amdsmi_get_pcie_info").get("pcie_static", {})
        use = number(self._part("amdsmi_get_gpu_activity").get("gfx_activity"))
        held = number(self._part("amdsmi_get_gpu_vram_usage").get("vram_used"))
        running = self._call("amdsmi_get_gpu_process_list")
        return Sample(
            at_s=time.monotonic(),
            probe=probe,
            reasons=self._reasons(),
            sm_clock_mhz=whole(self._clock()),
            power_w=number(power.get("current_socket_power"))
            or number(power.get("average_socket_power")),
            temperature_c=whole(temperature.value),
            memory_temperature_c=whole(self._heat("VRAM").value),
            pcie_generation=whole(static.get("pcie_interface_version")),
            pcie_width=whole(pcie.get("pcie_width")),
            gpu_utilization=None if use is None else use / 100,
            memory_used_bytes=None if held is None else int(held * MB),
            processes=len(running.value) if running.ok else None,
            lost=temperature.reason == "AmdSmiLibraryException" and not self._present().ok,
        )

    def snapshot(self) -> Snapshot:
        cap = self._part("amdsmi_get_power_cap_info")
        static = self._part("amdsmi_get_pcie_info").get("pcie_static", {})
        metric = self._part("amdsmi_get_pcie_info").get("pcie_metric", {})
        errors = self._part("amdsmi_get_gpu_total_ecc_count")
        return {
            **dict.fromkeys(ABSENT, NOT_THERE),
            "ecc_volatile": reading(errors.get("uncorrectable_count")),
            "power_limit_mw": reading(cap.get("power_cap"), 1e-3),
            "power_default_mw": reading(cap.get("default_power_cap"), 1e-3),
            "pcie_max_width": reading(static.get("max_pcie_width")),
            "pcie_max_generation": reading(static.get("pcie_interface_version")),
            "pcie_replays": reading(metric.get("pcie_replay_count")),
            "present": self._present(),
        }

    def close(self) -> None:
        """Nothing is held."""

    def _call(self, name: str, *arguments: Any) -> Reading:
        call = getattr(self.module, name, None)
        if call is None:
            return Reading(reason="function_not_found")
        return read(self.module, call, self.handle, *arguments)

    def _part(self, name: str) -> dict[str, Any]:
        found = self._call(name).value
        return found if isinstance(found, dict) else {}

    def _present(self) -> Reading:
        return self._call("amdsmi_get_gpu_device_uuid")

    def _heat(self, place: str) -> Reading:
        kind = getattr(self.module.AmdSmiTemperatureType, place, None)
        metric = self.module.AmdSmiTemperatureMetric.CURRENT
        return self._call("amdsmi_get_temp_metric", kind, metric)

    def _clock(self) -> Any:
        found = self._call("amdsmi_get_clock_info", self.module.AmdSmiClkType.GFX).value
        return found.get("clk") if isinstance(found, dict) else None

    def _reasons(self) -> int | None:
        violations = self._part("amdsmi_get_violation_status")
        known = [name for name in VIOLATIONS if number(violations.get(name)) is not None]
        if not known:
            return None
        active = {VIOLATIONS[name] for name in known if violations[name]}
        return sum(active)


def number(value: Any) -> float | None:
    """A number; the library says "N/A" where it has none."""
    return float(value) if isinstance(value, int | float) else None


def whole(value: Any) -> int | None:
    """The same as a whole number."""
    found = number(value)
    return None if found is None else int(found)


def reading(value: Any, scale: float = 1.0) -> Reading:
    """A reading of an item, in another unit; absent where it is no number."""
    found = number(value)
    return NOT_THERE if found is None else Reading(int(found * scale))
