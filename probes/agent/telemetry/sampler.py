"""Read a GPU four times a second while probes run on it, from the parent process."""

import threading
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import attrs

from probes.agent.telemetry.nvml import Reading, read
from probes.agent.telemetry.snapshot import FIELD_MEMORY_TEMPERATURE, FIELD_POWER_NOW, fields

PERIOD_S = 0.25


@attrs.frozen(kw_only=True)
class Sample:
    """One reading. None where NVML gives no value; `probe` is what ran at that moment."""

    at_s: float
    probe: str = ""
    reasons: int | None = None
    sm_clock_mhz: int | None = None
    power_w: float | None = None
    temperature_c: int | None = None
    memory_temperature_c: int | None = None
    margin_c: int | None = None
    pcie_generation: int | None = None
    pcie_width: int | None = None
    gpu_utilization: float | None = None
    memory_used_bytes: int | None = None
    processes: int | None = None
    xids: tuple[int, ...] = ()
    lost: bool = False


def take_sample(module: ModuleType, handle: Any, probe: str = "", events: Any = None) -> Sample:
    """Read one sample now."""
    temperature = read(module.nvmlDeviceGetTemperature, handle, module.NVML_TEMPERATURE_GPU)
    memory_heat, power_now = fields(module, handle, FIELD_MEMORY_TEMPERATURE, FIELD_POWER_NOW)
    # The plain call is an average over a second on several generations; the field is not.
    power = power_now.value
    if not power_now.ok:
        power = read(module.nvmlDeviceGetPowerUsage, handle).value
    use = read(module.nvmlDeviceGetUtilizationRates, handle).value
    memory = read(module.nvmlDeviceGetMemoryInfo, handle).value
    running = _processes(module, handle)
    return Sample(
        at_s=time.monotonic(),
        probe=probe,
        reasons=clock_reasons(module, handle).value,
        sm_clock_mhz=read(module.nvmlDeviceGetClockInfo, handle, module.NVML_CLOCK_SM).value,
        power_w=None if power is None else power / 1000,
        temperature_c=temperature.value,
        memory_temperature_c=memory_heat.value or None,
        margin_c=read(module.nvmlDeviceGetMarginTemperature, handle).value,
        pcie_generation=read(module.nvmlDeviceGetCurrPcieLinkGeneration, handle).value,
        pcie_width=read(module.nvmlDeviceGetCurrPcieLinkWidth, handle).value,
        gpu_utilization=None if use is None else use.gpu / 100,
        memory_used_bytes=None if memory is None else int(memory.used),
        processes=running,
        xids=new_xids(module, events),
        lost=temperature.reason == "gpu_is_lost",
    )


def _processes(module: ModuleType, handle: Any) -> int | None:
    """How many processes compute on the GPU, those under MPS included; None where not told."""
    lists = (
        read(module.nvmlDeviceGetComputeRunningProcesses, handle),
        read(module.nvmlDeviceGetMPSComputeRunningProcesses, handle),
    )
    known = [len(found.value) for found in lists if found.ok]
    return sum(known) if known else None


def clock_reasons(module: ModuleType, handle: Any) -> Reading:
    """The bit mask of why clocks are held back, by the new name of the call or the old one."""
    found = read(module.nvmlDeviceGetCurrentClocksEventReasons, handle)
    if found.reason == "function_not_found":
        return read(module.nvmlDeviceGetCurrentClocksThrottleReasons, handle)
    return found


def watch_xids(module: ModuleType, handle: Any) -> Any:
    """An event set that collects critical errors; None where the platform has none."""
    events = read(module.nvmlEventSetCreate)
    if not events.ok:
        return None
    kind = module.nvmlEventTypeXidCriticalError
    return (
        events.value
        if read(module.nvmlDeviceRegisterEvents, handle, kind, events.value).ok
        else None
    )


def new_xids(module: ModuleType, events: Any) -> tuple[int, ...]:
    """The error numbers that arrived since last asked."""
    found: list[int] = []
    while events is not None and len(found) < 16:
        event = read(module.nvmlEventSetWait_v2, events, 1)
        if not event.ok:
            break
        found.append(int(event.value.eventData))
    return tuple(found)


class Sampler:
    """A thread that samples one GPU until closed; nothing it read is thrown away."""

    def __init__(self, take: Callable[[str], Sample], period_s: float = PERIOD_S) -> None:
        self.take, self.period_s = take, period_s
        self.samples: list[Sample] = []
        self.probe = ""
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gpu-sampler", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop sampling."""
        self._closed.set()
        self._thread.join(timeout=5.0)

    def of(self, probe: str) -> list[Sample]:
        """The samples taken while `probe` ran."""
        return [sample for sample in self.samples if sample.probe == probe]

    def _run(self) -> None:
        while not self._closed.wait(self.period_s):
            self.samples.append(self.take(self.probe))
