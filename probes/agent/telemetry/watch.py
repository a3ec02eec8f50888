"""Watch a device while a job runs on it: telemetry, the idle gate, the guard, and `health`."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np

from probes.agent.telemetry import amd, counters, nvml, rules
from probes.agent.telemetry.meter import Meter, NvmlMeter
from probes.agent.telemetry.sampler import Sample, Sampler
from probes.protocol import DeviceInfo, Job, Measurement, ProbeResult

GATE_SAMPLES = 3
GATE_PERIOD_S = 0.1
SETTLE_S = 15.0
SETTLE_BYTES = 64 * 2**20


@attrs.frozen(kw_only=True)
class Seen:
    """What was seen while one probe ran."""

    telemetry: dict[str, Any] = attrs.Factory(dict)
    flags: tuple[str, ...] = ()
    contaminated: str = ""


class Watch:
    """A device without telemetry: nothing is known, so nothing is held against it."""

    def busy(self) -> str:
        """Why the device must not be probed now; empty where it may be."""
        return ""

    def owns(self, probe: str) -> bool:
        """Whether the watch itself answers a probe."""
        del probe
        return False

    @contextlib.contextmanager
    def during(self, probe: str) -> Iterator[None]:
        """Attribute what is seen to `probe` for the block."""
        del probe
        yield

    def abort_reason(self) -> str:
        """Why the probe under way must be stopped; empty where it need not."""
        return ""

    def seen(self, probe: str) -> Seen:
        """What was seen while `probe` ran."""
        del probe
        return Seen()

    def env(self) -> dict[str, Any]:
        """Versions that a figure depends on, and where telemetry came from: none, here."""
        return {"telemetry": "none"}

    def health(self, job: Job, started_unix_s: float, device: DeviceInfo) -> ProbeResult:
        """The result of `health`, where the watch owns it."""
        raise NotImplementedError


class GpuWatch(Watch):
    """A GPU watched through its maker's library."""

    def __init__(self, meter: Meter, device: DeviceInfo) -> None:
        self.meter, self.device = meter, device
        self.before = meter.snapshot()
        self.sampler = Sampler(meter.sample)
        self.baseline = meter.sample().memory_used_bytes
        self.leaked: set[str] = set()

    def busy(self) -> str:
        """The idle gate: a few samples in a row."""
        samples = []
        for _ in range(GATE_SAMPLES):
            samples.append(self.meter.sample())
            time.sleep(GATE_PERIOD_S)
        return rules.busy_reason(samples, self.device.memory_bytes)

    def owns(self, probe: str) -> bool:
        return probe == "health"

    @contextlib.contextmanager
    def during(self, probe: str) -> Iterator[None]:
        self.sampler.probe = probe
        try:
            yield
        finally:
            self.sampler.probe = ""
            if not self._settled():
                self.leaked.add(probe)

    def abort_reason(self) -> str:
        return rules.abort_reason(self.sampler.samples, self.before["slowdown_c"].value)

    def seen(self, probe: str) -> Seen:
        samples = self.sampler.of(probe)
        crowd = max((s.processes or 0 for s in samples), default=0)
        flags = ("leaked_context",) if probe in self.leaked else ()
        return Seen(
            telemetry=summary(samples),
            flags=flags,
            contaminated="another process used the GPU during this probe" if crowd > 1 else "",
        )

    def env(self) -> dict[str, Any]:
        return {"driver": self.device.driver_version, "telemetry": self.meter.name}

    def health(self, job: Job, started_unix_s: float, device: DeviceInfo) -> ProbeResult:
        """Judge the GPU from before, during and after."""
        samples = list(self.sampler.samples)
        after = self.meter.snapshot()
        findings = rules.judge(self.before, samples, after)
        figures = {name: v for name, v in summary(samples).items() if isinstance(v, int | float)}
        figures |= counters.growth(self.before, after)
        return ProbeResult(
            run_id=job.run_id,
            device_uuid=device.uuid,
            probe="health",
            status="ok",
            reason="; ".join(f"{f.level}: {f.detail}" for f in findings)[:2000],
            verdict=rules.health_verdict(findings),
            measurements=tuple(
                Measurement(metric=name, value=float(value), unit=UNITS[name], verdict="info")
                for name, value in figures.items()
                if name in UNITS
            ),
            flags=tuple(dict.fromkeys(f.code for f in findings)),
            telemetry=summary(samples),
            env=self.env(),
            started_unix_s=started_unix_s,
            duration_s=max(0.0, time.time() - started_unix_s),
        )

    def close(self) -> None:
        """Stop the sampler and free the meter."""
        self.sampler.close()
        self.meter.close()

    def _settled(self) -> bool:
        """Wait until the memory of the ended process is free again; whether it became so."""
        deadline = time.monotonic() + SETTLE_S
        while time.monotonic() < deadline:
            used = self.meter.sample().memory_used_bytes
            if used is None or self.baseline is None or used <= self.baseline + SETTLE_BYTES:
                return True
            time.sleep(GATE_PERIOD_S)
        return False


UNITS = {
    "sm_clock_median_mhz": "MHz",
    "power_average_w": "W",
    "temperature_max_c": "degC",
    "memory_temperature_max_c": "degC",
    "pcie_width_max": "lanes",
    "pcie_generation_max": "generation",
    **{figure: unit for figure, unit, _ in counters.GROWTH.values()},
}


def summary(samples: list[Sample]) -> dict[str, Any]:
    """A few figures of many samples; a figure that was never read is absent."""
    clocks = [s.sm_clock_mhz for s in samples if s.sm_clock_mhz is not None]
    powers = [s.power_w for s in samples if s.power_w is not None]
    heat = [s.temperature_c for s in samples if s.temperature_c is not None]
    memory_heat = [s.memory_temperature_c for s in samples if s.memory_temperature_c is not None]
    widths = [s.pcie_width for s in samples if s.pcie_width is not None]
    generations = [s.pcie_generation for s in samples if s.pcie_generation is not None]
    reasons = [s.reasons for s in samples if s.reasons is not None]
    found: dict[str, Any] = {
        "samples": len(samples),
        "sm_clock_median_mhz": float(np.median(clocks)) if clocks else None,
        "power_average_w": float(np.mean(powers)) if powers else None,
        "temperature_max_c": max(heat, default=None),
        "memory_temperature_max_c": max(memory_heat, default=None),
        "pcie_width_max": max(widths, default=None),
        "pcie_generation_max": max(generations, default=None),
        "clock_reasons_seen": int(np.bitwise_or.reduce(reasons)) if reasons else None,
    }
    return {name: value for name, value in found.items() if value is not None}


@contextlib.contextmanager
def watch_for(device: DeviceInfo) -> Iterator[Watch]:
    """The watch that fits a device, for the block."""
    with _meter_of(device) as meter:
        if meter is None:
            yield Watch()
            return
        watch = GpuWatch(meter, device)
        try:
            yield watch
        finally:
            watch.close()


@contextlib.contextmanager
def _meter_of(device: DeviceInfo) -> Iterator[Meter | None]:
    """The library of the device's maker, open for the block; None where there is none."""
    if device.backend == "cuda":
        with nvml.session() as module:
            handle = nvml.handle_of(module, device.uuid) if module else None
            yield None if module is None or handle is None else NvmlMeter(module, handle)
    elif device.backend == "rocm":
        with amd.session() as module:
            handle = amd.handle_of(module, device) if module else None
            yield None if module is None or handle is None else amd.AmdMeter(module, handle)
    else:
        yield None
