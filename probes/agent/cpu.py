"""What Linux (and, in part, macOS) tells of this machine's processor and memory.

Facts that cannot be read are absent. No torch here: the parent process uses it.
"""

import os
import platform
import re
from collections.abc import Mapping
from pathlib import Path

CPU_ROOT = Path("/sys/devices/system/cpu")
#: Flag of /proc/cpuinfo -> the name people know, widest last.
ISA_FLAGS = {
    "avx": "avx",
    "avx2": "avx2",
    "fma": "fma",
    "avx512f": "avx512",
    "avx512_vnni": "avx512_vnni",
    "avx512_bf16": "avx512_bf16",
    "avx512_fp16": "avx512_fp16",
    "amx_tile": "amx",
    "amx_bf16": "amx_bf16",
    "amx_int8": "amx_int8",
    "asimd": "neon",
    "sve": "sve",
    "sve2": "sve2",
    "bf16": "bf16",
}
VECTOR_BITS = {"neon": 128, "avx": 256, "avx2": 256, "avx512": 512}


def cpu_facts() -> dict[str, object]:
    """Facts of this CPU: cores, clock, vector width, instruction sets, caches, quota."""
    info = _cpuinfo()
    isa = sorted(ISA_FLAGS[flag] for flag in info.get("flags", "").split() if flag in ISA_FLAGS)
    facts: dict[str, object | None] = {
        "model": cpu_name(),
        "architecture": platform.machine(),
        "cores": physical_cores(),
        "logical_cpus": usable_cpus(),
        "sockets": _sockets(),
        "max_clock_hz": max_clock_hz(),
        "isa": isa or None,
        "vector_bits": max((VECTOR_BITS.get(name, 0) for name in isa), default=0) or None,
        "last_level_cache_bytes": last_level_cache_bytes(),
        "cpu_quota": cpu_quota(),
        "virtualized": "hypervisor" in info.get("flags", "").split() or None,
    }
    return {name: value for name, value in facts.items() if value is not None}


def cpu_name() -> str:
    """The processor's marketing name, or its architecture where that is hidden."""
    info = _cpuinfo()
    name = info.get("model name") or platform.processor() or platform.machine()
    return " ".join(name.split())[:120] or "CPU"


def usable_cpus() -> int:
    """Logical CPUs this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def physical_cores() -> int:
    """Physical cores among the CPUs this process may run on (SMT siblings count once)."""
    if not hasattr(os, "sched_getaffinity"):
        return usable_cpus()
    siblings = {
        _read(CPU_ROOT / f"cpu{cpu}/topology/thread_siblings_list") or str(cpu)
        for cpu in os.sched_getaffinity(0)
    }
    return len(siblings)


def threads() -> int:
    """Threads a kernel should use: physical cores, and no more than the cgroup grants."""
    quota = cpu_quota()
    cores = physical_cores()
    return cores if quota is None else max(1, min(cores, int(quota)))


def max_clock_hz() -> float | None:
    """The highest clock the system states; a virtual machine often shows its base clock only."""
    kilohertz = _read(CPU_ROOT / "cpu0/cpufreq/cpuinfo_max_freq")
    if kilohertz:
        return float(kilohertz) * 1e3
    megahertz = _cpuinfo().get("cpu MHz")
    return float(megahertz) * 1e6 if megahertz else None


def last_level_cache_bytes() -> int | None:
    """Size of the largest cache of the first CPU."""
    sizes = (CPU_ROOT / "cpu0/cache").glob("index*/size")
    return max((_bytes(_read(path) or "0") for path in sizes), default=0) or None


def memory_bytes() -> int | None:
    """Memory this process may use: the machine's, or the cgroup's limit where lower."""
    total = _meminfo("MemTotal")
    limit = _cgroup_number("memory.max", "memory/memory.limit_in_bytes")
    return min((value for value in (total, limit) if value), default=None)


def free_memory_bytes() -> int | None:
    """Memory that could be allocated now without swapping."""
    available = _meminfo("MemAvailable")
    limit = _cgroup_number("memory.max", "memory/memory.limit_in_bytes")
    used = _cgroup_number("memory.current", "memory/memory.usage_in_bytes") or 0
    left = max(limit - used, 0) if limit else None
    return min((value for value in (available, left) if value is not None), default=None)


def cpu_quota() -> float | None:
    """CPUs' worth of time the cgroup grants; None where it sets no limit."""
    parts = (_read(Path("/sys/fs/cgroup/cpu.max")) or "").split()
    if len(parts) == 2 and parts[0] != "max":
        return int(parts[0]) / int(parts[1])
    quota = _read(Path("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"))
    period = _read(Path("/sys/fs/cgroup/cpu/cpu.cfs_period_us"))
    if quota and period and int(quota) > 0:
        return int(quota) / int(period)
    return None


def _sockets() -> int | None:
    paths = CPU_ROOT.glob("cpu[0-9]*/topology/physical_package_id")
    return len({_read(path) for path in paths} - {None}) or None


def _cpuinfo() -> Mapping[str, str]:
    """Fields of the first processor of /proc/cpuinfo (Arm calls the flags "Features")."""
    fields: dict[str, str] = {}
    for line in (_read(Path("/proc/cpuinfo")) or "").splitlines():
        name, _, value = line.partition(":")
        if not name.strip():
            break
        fields[name.strip()] = value.strip()
    return {"flags": fields.get("Features", ""), **fields}


def _meminfo(name: str) -> int | None:
    match = re.search(rf"^{name}:\s+(\d+) kB", _read(Path("/proc/meminfo")) or "", re.MULTILINE)
    return int(match[1]) * 1024 if match else None


def _cgroup_number(*names: str) -> int | None:
    for name in names:
        text = _read(Path("/sys/fs/cgroup") / name)
        if text and text.isdigit() and int(text) < 2**60:
            return int(text)
    return None


def _bytes(text: str) -> int:
    units = {"K": 2**10, "M": 2**20, "G": 2**30}
    return int(text.rstrip("KMG")) * units.get(text[-1], 1)


def _read(path: Path) -> str | None:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return None
