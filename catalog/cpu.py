"""Peaks of a processor, derived from what its operating system says."""

from attrs import frozen

USUAL_FMA_UNITS = 2
# Programs share memory with the operating system; the rest of it they can really allocate.
ALLOCATABLE_SHARE = 0.9
# Virtual machines hide clock and memory channels. A low figure that says it is assumed lets the
# device be sized at all, with the widest interval; its own probes replace it.
ASSUMED_CLOCK_HZ = 2.5e9
ASSUMED_VECTOR_BITS = 128
ASSUMED_MEMORY_BYTES_PER_S = 2 * 25.6e9


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
        clock = _or_assumed(self.clock_hz, ASSUMED_CLOCK_HZ, 1e9)
        width = _or_assumed(self.vector_bits, ASSUMED_VECTOR_BITS)
        memory = _or_assumed(self.memory_bandwidth_bytes_per_s, ASSUMED_MEMORY_BYTES_PER_S, 1e9)
        return f"{self.cores} cores, {clock} GHz, {width} bit vectors, {memory} GB/s of memory"


def _or_assumed(value: float | None, assumed: float, unit: float = 1.0) -> str:
    return f"{value / unit:g}" if value else f"{assumed / unit:g} (assumed)"


def derive_peaks(facts: CpuFacts) -> dict[str, float | int | str]:
    """Columns of an accelerator row; assumed inputs are named in `CpuFacts.summary`."""
    return _compute(facts) | _memory(facts) | {"multiprocessors": facts.cores}


def assumed_columns(facts: CpuFacts) -> set[str]:
    """Columns that rest on an assumption rather than on what the host said."""
    columns = set() if facts.clock_hz and facts.vector_bits else set(_compute(facts))
    if not facts.memory_bandwidth_bytes_per_s:
        columns.add("memory_bandwidth_gb_s")
    return columns


def _compute(facts: CpuFacts) -> dict[str, float]:
    clock_hz = facts.clock_hz or ASSUMED_CLOCK_HZ
    units = facts.fma_units or USUAL_FMA_UNITS
    lanes = (facts.vector_bits or ASSUMED_VECTOR_BITS) / 32
    fp32 = 2 * units * lanes * facts.cores * clock_hz / 1e12
    peaks = {"fp32_tflops": fp32, "fp64_tflops": fp32 / 2}
    if facts.clock_hz:
        peaks["boost_mhz"] = facts.clock_hz / 1e6
    # AVX512-BF16 and its relatives do two products per fp32 lane and cycle.
    if "bf16" in facts.formats:
        peaks["bf16_tflops"] = 2 * fp32
    if "fp16" in facts.formats:
        peaks["fp16_tflops"] = 2 * fp32
    if "int8" in facts.formats:
        peaks["int8_tops"] = 4 * fp32
    return peaks


def _memory(facts: CpuFacts) -> dict[str, float | str]:
    bandwidth = facts.memory_bandwidth_bytes_per_s or ASSUMED_MEMORY_BYTES_PER_S
    figures: dict[str, float | str] = {"memory_bandwidth_gb_s": bandwidth / 1e9}
    if facts.memory_bytes:
        figures["capacity_gb"] = ALLOCATABLE_SHARE * facts.memory_bytes / 1e9
        figures["memory_label_gb"] = facts.memory_bytes / 2**30
        figures["capacity_basis"] = f"{ALLOCATABLE_SHARE:.0%} of the host's memory"
    return figures
