"""Peaks of a processor, derived from what its operating system says."""

from attrs import frozen

USUAL_FMA_UNITS = 2
# Programs share memory with the operating system; the rest of it they can really allocate.
ALLOCATABLE_SHARE = 0.9


@frozen(kw_only=True)
class CpuFacts:
    """What a host reports about its processor; None is unknown."""

    cores: int
    clock_hz: float | None = None
    vector_bits: int | None = None
    fma_units: int | None = None
    memory_bandwidth_bytes_per_s: float | None = None
    memory_bytes: float | None = None
    formats: tuple[str, ...] = ("fp32",)

    @property
    def summary(self) -> str:
        """The inputs in one line, for the provenance of what is derived from them."""
        clock = f"{self.clock_hz / 1e9:.2f} GHz" if self.clock_hz else "clock unknown"
        width = f"{self.vector_bits} bit vectors" if self.vector_bits else "vector width unknown"
        return f"{self.cores} cores, {clock}, {width}"


def derive_peaks(facts: CpuFacts) -> dict[str, float | int | str]:
    """Columns of an accelerator row; a figure whose inputs are unknown is left out."""
    return _compute(facts) | _memory(facts) | {"multiprocessors": facts.cores}


def _compute(facts: CpuFacts) -> dict[str, float]:
    if not facts.clock_hz or not facts.vector_bits:
        return {}
    units = facts.fma_units or USUAL_FMA_UNITS
    lanes = facts.vector_bits / 32
    fp32 = 2 * units * lanes * facts.cores * facts.clock_hz / 1e12
    peaks = {"fp32_tflops": fp32, "fp64_tflops": fp32 / 2, "boost_mhz": facts.clock_hz / 1e6}
    # AVX512-BF16 and its relatives do two products per fp32 lane and cycle.
    if "bf16" in facts.formats:
        peaks["bf16_tflops"] = 2 * fp32
    if "fp16" in facts.formats:
        peaks["fp16_tflops"] = 2 * fp32
    if "int8" in facts.formats:
        peaks["int8_tops"] = 4 * fp32
    return peaks


def _memory(facts: CpuFacts) -> dict[str, float | str]:
    figures: dict[str, float | str] = {}
    if facts.memory_bandwidth_bytes_per_s:
        figures["memory_bandwidth_gb_s"] = facts.memory_bandwidth_bytes_per_s / 1e9
    if facts.memory_bytes:
        figures["capacity_gb"] = ALLOCATABLE_SHARE * facts.memory_bytes / 1e9
        figures["memory_label_gb"] = facts.memory_bytes / 2**30
        figures["capacity_basis"] = f"{ALLOCATABLE_SHARE:.0%} of the host's memory"
    return figures
