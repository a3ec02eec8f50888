"""Rooflines of a variant: what arithmetic and memory allow, as stated and as measured."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from attrs import frozen

from catalog.fields import label
from catalog.measured import Measured
from catalog.models import Accelerator
from catalog.models.accelerator import PEAK_FORMATS

BANDWIDTH = "memory_bandwidth_gb_s"
FORMAT_OF = {column: name for name, column in PEAK_FORMATS.items()}


@frozen(kw_only=True)
class Roof:
    """One roof: the flat part is a peak, the slope is memory bandwidth.

    Attributes:
        formats: number formats that share the peak, as people write them.
        peak_tflops: dense; TOPS for integers.
        basis: datasheet, derived, or the device that was measured.
        assumed_bandwidth: the peak was measured but the bandwidth is the stated one.
    """

    formats: tuple[str, ...]
    peak_tflops: float
    bandwidth_gb_s: float
    basis: str
    measured: bool = False
    assumed_bandwidth: bool = False

    @property
    def name(self) -> str:
        """Its formats in one text."""
        return ", ".join(self.formats)

    @property
    def ridge(self) -> float:
        """Operations per byte from which memory no longer holds the work back."""
        return self.peak_tflops * 1e3 / self.bandwidth_gb_s


def rooflines_of(row: Accelerator, measured: Sequence[Measured]) -> list[Roof]:
    """Stated roofs, highest first, then those of the device measured last; none without bandwidth.

    `measured` are the figures of `catalog.measured`, newest first.
    """
    return [*_stated(row), *_measured(row, measured)]


def _stated(row: Accelerator) -> list[Roof]:
    if row.memory_bandwidth_gb_s is None:
        return []
    basis = "derived" if row.derived else "datasheet"
    return [
        Roof(
            formats=formats, peak_tflops=peak, bandwidth_gb_s=row.memory_bandwidth_gb_s, basis=basis
        )
        for peak, formats in _by_peak(row.peak_tflops)
    ]


def _measured(row: Accelerator, figures: Sequence[Measured]) -> list[Roof]:
    device = next((found.device_id for found in figures if found.column in FORMAT_OF), None)
    own = {found.column: found for found in figures if found.device_id == device}
    bandwidth = own[BANDWIDTH].value if BANDWIDTH in own else row.memory_bandwidth_gb_s
    if device is None or bandwidth is None:
        return []
    peaks = {FORMAT_OF[column]: found.value for column, found in own.items() if column in FORMAT_OF}
    return [
        Roof(
            formats=formats,
            peak_tflops=peak,
            bandwidth_gb_s=bandwidth,
            basis=next(iter(own.values())).device,
            measured=True,
            assumed_bandwidth=BANDWIDTH not in own,
        )
        for peak, formats in _by_peak(peaks)
    ]


def _by_peak(peaks: Mapping[str, float]) -> list[tuple[float, tuple[str, ...]]]:
    """Formats that share a peak share a roof."""
    shared: dict[float, list[str]] = defaultdict(list)
    for name, column in PEAK_FORMATS.items():
        if name in peaks:
            shared[peaks[name]].append(label(column).removesuffix(" dense"))
    return [(peak, tuple(shared[peak])) for peak in sorted(shared, reverse=True)]
