"""What a healthy accelerator reaches, who says so, and the verdict that follows.

Pure: used by the agent's table and by the web side alike. An accelerator that no published figure
covers has no expectation, and its figures are then just "measured": never a guess.
"""

import re
from collections.abc import Iterable, Mapping

import attrs

from probes.protocol import DeviceInfo, Expected, Measurement, ProbeResult

VERIFIED_FROM = 0.92
DEGRADED_FROM = 0.80
#: Copies inside device memory: share of the datasheet's bandwidth.
COPY_VERIFIED_FROM = 0.85
COPY_DEGRADED_FROM = 0.75
#: A rate above this multiple of the datasheet's dense peak cannot be true.
IMPLAUSIBLE_FROM = 1.05

MAMF = "stas00/ml-engineering, maximum achievable matmul FLOPS"
PCIE_SOURCE = "usual achieved rate of a x16 link of this generation"
#: Best dense TFLOP/s reached by a shape search, per variant and format (MAMF tables).
ACHIEVABLE_TFLOPS: Mapping[str, Mapping[str, float]] = {
    "a100-sxm": {"bf16": 271},
    "a100-pcie": {"bf16": 253},
    "h100-sxm": {"bf16": 794, "fp8": 1403},
    "h200-sxm": {"bf16": 788, "fp8": 1453},
    "gh200": {"bf16": 829, "fp8": 1535},
    "b200": {"bf16": 1745, "fp8": 3433},
    "b300": {"bf16": 1769, "fp8": 3353},
    "gb200": {"bf16": 1822},
    "mi300x": {"bf16": 668},
    "mi325x": {"bf16": 785},
    "mi355x": {"bf16": 1565},
}
#: Datasheet memory bandwidth in TB/s (NVIDIA and AMD product datasheets).
DATASHEET_TB_PER_S: Mapping[str, float] = {
    "h100-sxm": 3.35,
    "h200-sxm": 4.8,
    "b200": 8.0,
    "b300": 8.0,
    "mi300x": 5.3,
    "mi325x": 6.0,
    "mi355x": 8.0,
}
PCIE_GB_PER_S = {3: 12.3, 4: 25.0, 5: 55.0}
#: Names that drivers report -> variant. Order matters: longer names first.
NAMES = (
    (r"\bGB200\b", "gb200"),
    (r"\bGH200\b", "gh200"),
    (r"\bB200\b", "b200"),
    (r"\bB300\b", "b300"),
    (r"\bH200\b(?!.*NVL)", "h200-sxm"),
    (r"\bH100 (80GB HBM3|SXM)", "h100-sxm"),
    (r"\bA100-SXM", "a100-sxm"),
    (r"\bA100-PCI", "a100-pcie"),
    (r"\bA100 80GB PCIe", "a100-pcie"),
    (r"\bMI300X\b", "mi300x"),
    (r"\bMI325X\b", "mi325x"),
    (r"\bMI355X\b", "mi355x"),
)
NEEDED_FOR_VERIFIED = ("health", "gemm", "mem.copy", "pcie.h2d", "soak")


def variant(device: DeviceInfo) -> str | None:
    """The accelerator variant a driver's name means, where expectations are known for it."""
    for pattern, name in NAMES:
        if re.search(pattern, device.name, re.IGNORECASE):
            return name
    return None


def expectation(device: DeviceInfo, probe: str, metric: str) -> Expected | None:
    """What this metric of this probe should reach on a healthy device (SI), None if unknown."""
    if device.facts.get("mig"):
        return None
    if probe.startswith("pcie."):
        return _pcie(device) if metric == "bytes_per_s" else None
    known = variant(device) or ""
    if metric == "peak_flops_per_s":
        return _achievable(known, probe.split(".")[1])
    if metric == "sustained_flops_per_s":
        return _achievable(known, "bf16")
    return _datasheet(known) if metric == "dram_bytes_per_s" else None


def judged(device: DeviceInfo, result: ProbeResult) -> ProbeResult:
    """The same result with expectation, ratio and verdict on each measurement and on itself."""
    measurements = tuple(_judged_one(device, result, m) for m in result.measurements)
    verdict = result.verdict or worst(m.verdict for m in measurements)
    return attrs.evolve(result, measurements=measurements, verdict=verdict)


def _judged_one(device: DeviceInfo, result: ProbeResult, found: Measurement) -> Measurement:
    expected = expectation(device, result.probe, found.metric)
    ratio = found.value / expected.value if expected else None
    verdict = found.verdict or _verdict(result, found, expected, ratio, device)
    return attrs.evolve(found, expected=expected, ratio=ratio, verdict=verdict)


def _verdict(
    result: ProbeResult,
    found: Measurement,
    expected: Expected | None,
    ratio: float | None,
    device: DeviceInfo,
) -> str:
    """A wrong result fails whatever its speed; a verdict needs an undisturbed probe."""
    if found.correctness is not None and not found.correctness.ok:
        return "failed"
    if "not_repeatable" in found.flags and device.backend != "cpu":
        return "failed"
    if result.status != "ok" or expected is None or ratio is None:
        return "measured" if result.status == "ok" else ""
    return by_ratio(ratio, kind=expected.kind)


def by_ratio(ratio: float, *, kind: str) -> str:
    """verified, degraded or failed for measured over expected.

    Run-to-run spread is about 1 % and part-to-part spread a few percent, so an 8 % margin fails
    few good parts (normal tails).
    """
    verified, degraded = VERIFIED_FROM, DEGRADED_FROM
    if kind == "datasheet":
        verified, degraded = COPY_VERIFIED_FROM, COPY_DEGRADED_FROM
    if ratio > IMPLAUSIBLE_FROM and kind == "datasheet":
        return "failed"
    if ratio >= verified:
        return "verified"
    return "degraded" if ratio >= degraded else "failed"


def worst(verdicts: Iterable[str]) -> str:
    """The worst verdict among some; "measured" where none compares with an expectation."""
    found = set(verdicts)
    for verdict in ("failed", "degraded", "verified", "measured", "info"):
        if verdict in found:
            return verdict
    return ""


def device_verdict(results: Iterable[ProbeResult]) -> str:
    """The verdict of a device after a suite.

    verified only when health, the best-format product, copy, host link and soak all are.
    """
    verdicts: dict[str, list[str]] = {}
    for result in results:
        family = "gemm" if result.probe.startswith("gemm.") else result.probe
        verdict = result.verdict if result.status == "ok" else ""
        verdicts.setdefault(family, []).append(verdict)
    overall = worst(verdict for group in verdicts.values() for verdict in group)
    if overall in ("failed", "degraded"):
        return overall
    complete = all("verified" in verdicts.get(name, ()) for name in NEEDED_FOR_VERIFIED)
    if complete:
        return "verified"
    return "measured" if overall else ""


def _achievable(known: str, fmt: str) -> Expected | None:
    tflops = ACHIEVABLE_TFLOPS.get(known, {}).get(fmt)
    if tflops is None:
        return None
    return Expected(value=tflops * 1e12, source=MAMF, kind="achievable")


def _datasheet(known: str) -> Expected | None:
    if known not in DATASHEET_TB_PER_S:
        return None
    value = DATASHEET_TB_PER_S[known] * 1e12
    return Expected(value=value, source="datasheet memory bandwidth", kind="datasheet")


def _pcie(device: DeviceInfo) -> Expected | None:
    """The rate of the link the card and slot agreed on; cards joined by a coherent link apart."""
    generation, width = device.facts.get("max_pcie_generation"), device.facts.get("max_pcie_width")
    if generation not in PCIE_GB_PER_S or not width or (variant(device) or "").startswith("g"):
        return None
    value = PCIE_GB_PER_S[generation] * 1e9 * int(width) / 16
    return Expected(value=value, source=PCIE_SOURCE, kind="bus")
