"""What readings mean: is the GPU healthy, is it idle, must a probe be stopped. Pure functions."""

from collections.abc import Callable, Iterable, Sequence

import attrs

from probes.agent.telemetry import counters
from probes.agent.telemetry.sampler import Sample
from probes.agent.telemetry.snapshot import NOT_THERE, Snapshot

#: Bits of the clock event mask (nvml.h, nvmlClocksEventReasons): tested one by one, since
#: several stand together.
POWER_CAP = 0x04
SOFTWARE_THERMAL = 0x20
HARDWARE_THERMAL = 0x40
POWER_BRAKE = 0x80
HARDWARE = 0x08 | HARDWARE_THERMAL | POWER_BRAKE
HARDWARE_SHARE = 0.01
SOFTWARE_THERMAL_SHARE = 0.05
POWER_CAPPED_BELOW = 0.95
#: NVIDIA Xid catalogue: double-bit ECC, remap events and failures, NVLink, off the bus, contained
#: and uncontained memory errors.
CRITICAL_XIDS = frozenset({48, 63, 64, 74, 79, 94, 95})
ABORT_MARGIN_C = 3
ABORT_C = 90
#: Newer GPUs tell how far they are from slowing down instead of where that is.
ABORT_MARGIN_LEFT_C = 2
ABORT_MEMORY_C = 95
ABORT_SAMPLES = 3
#: nvmlGpuVirtualizationMode: 2 is a vGPU inside a guest; 1, a whole GPU passed through, is not.
VIRTUAL_MODES = (2,)
MIG, VGPU = "mig_slice", "vgpu"
#: nvmlGpuFabricState_t: 3 is joined.
FABRIC_JOINED = 3
#: Replays of the host link that one run may cause: what NVIDIA's DCGM lets pass in its PCIe test.
MOST_PCIE_REPLAYS = 80
IDLE_UTILIZATION = 0.05
IDLE_MEMORY_SHARE = 0.03
IDLE_MEMORY_BYTES = 2**30


@attrs.frozen
class Finding:
    """One observation: level "fail" or "warn", a short code, and what was seen."""

    level: str
    code: str
    detail: str


def judge(before: Snapshot, samples: Sequence[Sample], after: Snapshot) -> tuple[Finding, ...]:
    """All findings of a run, from the state before, the samples during, and the state after."""
    found = [
        *_lost(samples, after),
        *_xids(samples),
        *_ecc(before, after),
        *_remap(after),
        *_power(after),
        *_throttling(samples),
        *_link(samples, after),
        *_nvlinks(after),
        *_corrected(before, after),
        *_recovery(after),
        *_shared(after),
    ]
    return tuple(found)


def has_failed(findings: Iterable[Finding]) -> bool:
    """Whether any finding condemns the GPU."""
    return any(finding.level == "fail" for finding in findings)


def health_verdict(findings: Iterable[Finding]) -> str:
    """Give "failed", "measured" for a part of a GPU, which no badge may cover, or "verified"."""
    found = tuple(findings)
    if has_failed(found):
        return "failed"
    return "measured" if any(f.code in (MIG, VGPU) for f in found) else "verified"


def abort_reason(samples: Sequence[Sample], slowdown_c: int | None) -> str:
    """Why the probe must be stopped now, by the latest samples; empty if it need not."""
    if not samples:
        return ""
    last = samples[-1]
    limit = slowdown_c - ABORT_MARGIN_C if slowdown_c else ABORT_C
    if last.lost:
        return "gpu_is_lost: the driver no longer answers for it"
    if hot := _too_hot(last, limit):
        return hot
    critical = CRITICAL_XIDS.intersection(last.xids)
    if critical:
        return f"xid {min(critical)}: a critical GPU error"
    recent = samples[-ABORT_SAMPLES:]
    braked = [bool((s.reasons or 0) & (HARDWARE_THERMAL | POWER_BRAKE)) for s in recent]
    if len(braked) == ABORT_SAMPLES and all(braked):
        return "slowed down by hardware: heat or power brake"
    return ""


def _too_hot(last: Sample, limit_c: int) -> str:
    if last.temperature_c is not None and last.temperature_c >= limit_c:
        return f"too hot: {last.temperature_c} C, stopped at {limit_c} C"
    if last.margin_c is not None and last.margin_c <= ABORT_MARGIN_LEFT_C:
        return f"too hot: {last.margin_c} C from slowing down"
    if last.memory_temperature_c is not None and last.memory_temperature_c >= ABORT_MEMORY_C:
        return f"memory too hot: {last.memory_temperature_c} C, stopped at {ABORT_MEMORY_C} C"
    return ""


def busy_reason(samples: Sequence[Sample], total_bytes: int | None) -> str:
    """Why the GPU counts as in use, over a few samples; empty where it is idle."""
    if any(sample.processes for sample in samples):
        return "busy: another process computes on this GPU"
    if all((s.gpu_utilization or 0.0) >= IDLE_UTILIZATION for s in samples) and samples:
        return "busy: the GPU is utilised"
    used = min((s.memory_used_bytes or 0 for s in samples), default=0)
    if used > max(IDLE_MEMORY_BYTES, IDLE_MEMORY_SHARE * (total_bytes or 0)):
        return f"busy: {used / 1e9:.1f} GB of its memory are in use"
    return ""


def share(samples: Sequence[Sample], holds: Callable[[Sample], bool]) -> float:
    """The share of samples for which something holds; 0 without samples."""
    return sum(holds(s) for s in samples) / len(samples) if samples else 0.0


def loaded(samples: Sequence[Sample], probe: str) -> list[Sample]:
    """Samples under load: of probes whose id starts with `probe`, else of any probe."""
    chosen = [s for s in samples if s.probe.startswith(probe)]
    return chosen or [s for s in samples if s.probe]


def _lost(samples: Sequence[Sample], after: Snapshot) -> list[Finding]:
    if any(s.lost for s in samples) or after["present"].reason == "gpu_is_lost":
        return [Finding("fail", "gpu_lost", "the GPU fell off the bus")]
    return []


def _xids(samples: Sequence[Sample]) -> list[Finding]:
    seen = {xid for s in samples for xid in s.xids}
    critical = sorted(seen & CRITICAL_XIDS)
    return [Finding("fail", "xid", f"critical Xid {xid} during the run") for xid in critical]


def _ecc(before: Snapshot, after: Snapshot) -> list[Finding]:
    found = []
    start, end = before["ecc_volatile"].value or 0, after["ecc_volatile"].value or 0
    if end > 0 or end > start:
        found.append(Finding("fail", "ecc", f"{end} uncorrected memory errors since the last load"))
    lifetime = after["ecc_aggregate"].value or 0
    if lifetime > 0:
        found.append(Finding("warn", "ecc_lifetime", f"{lifetime} uncorrected errors in its life"))
    mode = after["ecc_mode"].value
    if mode and mode[0] != mode[1]:
        found.append(Finding("warn", "ecc_pending", "the ECC mode changes at the next reset"))
    return found


def _remap(after: Snapshot) -> list[Finding]:
    rows = after["remapped_rows"].value
    if not rows:
        # Before Ampere pages are retired instead.
        pending = after["retired_pending"].value
        detail = "a page retirement waits for a reset"
        return [Finding("warn", "retired_pending", detail)] if pending else []
    found = []
    if rows[3]:
        found.append(Finding("fail", "remap_failure", "memory rows could not be remapped"))
    if rows[2]:
        found.append(Finding("warn", "remap_pending", "a row remapping waits for a reset"))
    return found


def _power(after: Snapshot) -> list[Finding]:
    limit, default = after["power_limit_mw"].value, after["power_default_mw"].value
    if limit and default and limit < POWER_CAPPED_BELOW * default:
        detail = f"limited to {limit / 1000:.0f} W of {default / 1000:.0f} W"
        return [Finding("warn", "power_capped", detail)]
    return []


def _throttling(samples: Sequence[Sample]) -> list[Finding]:
    known = [s for s in loaded(samples, "soak") if s.reasons is not None]
    hardware = share(known, lambda s: bool((s.reasons or 0) & HARDWARE))
    thermal = share(known, lambda s: bool((s.reasons or 0) & SOFTWARE_THERMAL))
    found = []
    if hardware > HARDWARE_SHARE:
        found.append(
            Finding("fail", "hw_slowdown", f"slowed by hardware in {hardware:.0%} of samples")
        )
    if thermal > SOFTWARE_THERMAL_SHARE:
        found.append(Finding("warn", "sw_thermal", f"slowed by heat in {thermal:.0%} of samples"))
    return found


def _link(samples: Sequence[Sample], after: Snapshot) -> list[Finding]:
    found, most = [], after["pcie_max_width"].value
    widths = [s.pcie_width for s in loaded(samples, "pcie") if s.pcie_width]
    if most and widths and max(widths) < most:
        detail = f"x{max(widths)} under load, x{most} possible"
        found.append(Finding("fail", "pcie_width", detail))
    card, slot = after["pcie_gpu_max_generation"].value, after["pcie_max_generation"].value
    if card and slot and card > slot:
        found.append(Finding("warn", "pcie_slot", f"generation {card} card in a {slot} slot"))
    return found


def _nvlinks(after: Snapshot) -> list[Finding]:
    active, inactive = after.get("nvlinks", NOT_THERE).value or (0, 0)
    found = []
    if active and inactive:
        detail = f"{inactive} of {active + inactive} links are down"
        found.append(Finding("fail", "nvlink", detail))
    fabric = after.get("fabric", NOT_THERE).value
    if fabric is not None and fabric != FABRIC_JOINED:
        found.append(Finding("fail", "fabric", "the GPU has not joined its NVSwitch fabric"))
    return found


def _corrected(before: Snapshot, after: Snapshot) -> list[Finding]:
    """Links that work by sending again: slower than they should be, and often the first sign."""
    found, grown = [], counters.growth(before, after)
    if errors := grown.get("nvlink_errors", 0.0):
        detail = f"{errors:.0f} errors on NVLinks during the run, corrected"
        found.append(Finding("warn", "nvlink_errors", detail))
    if (replays := grown.get("pcie_replays", 0.0)) > MOST_PCIE_REPLAYS:
        detail = f"{replays:.0f} transfers of the host link were sent again"
        found.append(Finding("warn", "pcie_replays", detail))
    return found


def _recovery(after: Snapshot) -> list[Finding]:
    action = after["recovery_action"].value
    return [Finding("fail", "recovery", f"recovery action {action} is due")] if action else []


def _shared(after: Snapshot) -> list[Finding]:
    """What keeps a healthy device from being compared with a whole one."""
    found = []
    if after["mig"].value and after["mig"].value[0]:
        found.append(Finding("warn", MIG, "MIG is on: only a slice of the GPU is measured"))
    if after["virtual"].value in VIRTUAL_MODES:
        found.append(Finding("warn", VGPU, "a virtual GPU: others may share the card"))
    return found
