"""What a probe kernel is given and what it gives back."""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

from probes.agent import cpu
from probes.agent.timing import Policy, Timed
from probes.protocol import DeviceInfo, Job, Measurement

if TYPE_CHECKING:
    from probes.agent.device import Device

CONTENDED_PART = 0.2
TINY_CACHE_BYTES = 2**16


class SkippedProbeError(Exception):
    """The probe does not apply to this device; the message says why."""


@attrs.frozen(kw_only=True)
class Context:
    """One probe of one job on one device. `budget_scale` halves the memory after running out."""

    job: Job
    info: DeviceInfo
    probe: str
    progress: Callable[[int, int], None] = lambda _done, _total: None
    budget_scale: float = 1.0

    @property
    def is_tiny(self) -> bool:
        return self.job.sizes == "tiny"

    @property
    def on_cpu(self) -> bool:
        return self.info.backend == "cpu"

    def open_device(self) -> "Device":
        """Import torch and open the device; tiny sizes use one thread and rotate little."""
        from probes.agent.device import Device

        threads = 1 if self.is_tiny else cpu.threads()
        cache = TINY_CACHE_BYTES if self.is_tiny else None
        device = Device(self.info.backend, threads=threads, cache_bytes=cache)
        device.budget_scale = self.budget_scale
        return device

    def seed(self, label: str = "") -> int:
        """A seed for the inputs called `label`: the job's seed and nonce decide it alone."""
        text = f"{self.job.seed}:{self.job.nonce}:{self.probe}:{label}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6])

    def policy(self, usual: Policy) -> Policy:
        """The timing policy: `usual`, cut short for tiny sizes."""
        if not self.is_tiny:
            return usual
        return attrs.evolve(usual, warmup_s=0.0, warmup_cap_s=0.02, min_s=0.0, max_s=0.03)


@attrs.frozen(kw_only=True)
class Outcome:
    """The measurements of a probe that ran."""

    measurements: tuple[Measurement, ...]
    flags: tuple[str, ...] = ()
    env: dict[str, object] = attrs.Factory(dict)
    telemetry: dict[str, object] = attrs.Factory(dict)


def outcome(device: "Device", measurements: list[Measurement]) -> Outcome:
    """Wrap measurements; flag the probe `contended` where over a fifth of them are."""
    contended = sum("contended" in m.flags for m in measurements)
    flags = ("contended",) if contended > CONTENDED_PART * len(measurements) else ()
    return Outcome(measurements=tuple(measurements), flags=flags, env=device.environment())


def seconds_of(metric: str, timed: Timed, **rest: object) -> Measurement:
    """A measurement of seconds per call."""
    samples = timed.samples
    return Measurement(
        metric=metric,
        value=samples.median,
        unit="s",
        ci95=samples.ci95,
        samples=samples,
        first_call_s=timed.first_call_s,
        **rest,  # type: ignore[arg-type]
    )


def rate_of(metric: str, work: float, unit: str, timed: Timed, **rest: object) -> Measurement:
    """A measurement of work per second: `work` over the median, with the interval turned over."""
    samples = timed.samples
    ci95 = (work / samples.ci95[1], work / samples.ci95[0]) if samples.ci95 else None
    return Measurement(
        metric=metric,
        value=work / samples.median,
        unit=unit,
        ci95=ci95,
        samples=samples,
        first_call_s=timed.first_call_s,
        **rest,  # type: ignore[arg-type]
    )
