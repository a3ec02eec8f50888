"""`health` of a CPU: load, time stolen by a hypervisor, heat, and a quick test for contention.

Nothing here condemns a CPU: there is no counter of hardware faults to read without root. It tells
whether figures taken now deserve trust.
"""

import os
import time
from pathlib import Path

from probes.agent import cpu
from probes.agent.kernels.context import Context, Outcome, SkippedProbeError
from probes.protocol import Measurement

WATCH_S = 0.5
STEAL_LIMIT = 0.05
BUSY_LIMIT = 0.25
ZONES = Path("/sys/class/thermal")
PROC_STAT = Path("/proc/stat")


def run(context: Context) -> Outcome:
    """Watch the machine for half a second while one thread spins."""
    if not context.on_cpu:
        raise SkippedProbeError(f"no health counters are read for backend {context.info.backend}")
    watch_s = 0.05 if context.is_tiny else WATCH_S
    before = cpu_times()
    share = spin(watch_s)
    after = cpu_times()
    found: dict[str, float | None] = {"own_cpu_share": share, "load_per_cpu": _load()}
    found |= shares(before, after)
    temperature = hottest_zone_c()
    if temperature is not None:
        found["temperature_c"] = temperature
    measurements = tuple(
        Measurement(metric=name, value=value, unit="degC" if name == "temperature_c" else "1")
        for name, value in found.items()
        if value is not None
    )
    return Outcome(measurements=measurements, flags=contention_flags(found))


def spin(seconds: float) -> float:
    """CPU time over wall time of a thread that never waits: below 1, something took its core."""
    start, cpu_start = time.perf_counter(), time.thread_time()
    while time.perf_counter() - start < seconds:
        pass
    return (time.thread_time() - cpu_start) / (time.perf_counter() - start)


def cpu_times() -> list[int]:
    """Ticks of all CPUs: user nice system idle iowait irq softirq steal; empty where unknown."""
    try:
        first = PROC_STAT.read_text().splitlines()[0]
    except (OSError, IndexError):
        return []
    return [int(number) for number in first.split()[1:9]]


def shares(before: list[int], after: list[int]) -> dict[str, float | None]:
    """Shares of all CPU time between two readings: stolen, and used by others than one thread."""
    if len(before) < 8 or len(after) < 8:
        return {}
    spent = [b - a for a, b in zip(before, after, strict=True)]
    total = sum(spent)
    if total <= 0:
        return {}
    busy = total - spent[3] - spent[4]
    own = total / cpu.usable_cpus()
    return {"steal_share": spent[7] / total, "others_share": max(0.0, (busy - own) / total)}


def contention_flags(found: dict[str, float | None]) -> tuple[str, ...]:
    """The `contended` flag where the processor is shared with other work right now."""
    stolen = (found.get("steal_share") or 0.0) > STEAL_LIMIT
    others = (found.get("others_share") or 0.0) > BUSY_LIMIT
    starved = (found.get("own_cpu_share") or 1.0) < 1.0 - BUSY_LIMIT
    return ("contended",) if stolen or others or starved else ()


def hottest_zone_c() -> float | None:
    """The highest thermal zone in degrees Celsius, where the system shows any."""
    found = []
    for path in ZONES.glob("thermal_zone*/temp"):
        try:
            found.append(int(path.read_text()) / 1000)
        except (OSError, ValueError):
            continue
    return max(found, default=None)


def _load() -> float:
    return os.getloadavg()[0] / (os.cpu_count() or 1)
