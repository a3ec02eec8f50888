"""What probes measured on attached devices of a variant, beside what is stated of it."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from catalog.models import Accelerator, Measurement

#: (probe, metric) -> what people call it, unit of the catalog, that unit in SI, stated column.
FIGURES: Mapping[tuple[str, str], tuple[str, str, float, str]] = {
    **{
        (f"gemm.{fmt}.peak", "peak_flops_per_s"): (
            f"{fmt.upper()} products",
            "TOPS" if fmt == "int8" else "TFLOPS",
            1e12,
            column,
        )
        for fmt, column in (
            ("fp64", "fp64_tflops"),
            ("fp32", "fp32_tflops"),
            ("tf32", "tf32_tflops"),
            ("fp16", "fp16_tflops"),
            ("bf16", "bf16_tflops"),
            ("fp8", "fp8_tflops"),
            ("int8", "int8_tops"),
        )
    },
    ("mem.copy", "dram_bytes_per_s"): ("Copies in memory", "GB/s", 1e9, "memory_bandwidth_gb_s"),
}
MOST_ROWS = 40


@frozen(kw_only=True)
class Measured:
    """One figure of one device, from its newest run that has it; `column` holds what is stated."""

    label: str
    unit: str
    column: str
    value: float
    stated: float | None
    device: str
    device_id: int
    verdict: str
    run_id: uuid.UUID
    measured_at: dt.datetime

    @property
    def share(self) -> float | None:
        """Measured over stated."""
        return self.value / self.stated if self.stated else None


def measured_on(row: Accelerator) -> list[Measured]:
    """Figures of attached devices of this variant, newest first; one query."""
    rows = (
        Measurement.objects.filter(
            device__accelerator=row,
            probe__in={probe for probe, _ in FIGURES},
            metric__in={metric for _, metric in FIGURES},
        )
        .select_related("device__host")
        .order_by("-measured_at")
    )
    newest: dict[tuple[int, str, str], Measurement] = {}
    for found in rows:
        newest.setdefault((found.device_id, found.probe, found.metric), found)
    return list(_measured(row, newest.values()))[:MOST_ROWS]


def _measured(row: Accelerator, figures: Iterable[Measurement]) -> Iterator[Measured]:
    for found in figures:
        known = FIGURES.get((found.probe, found.metric))
        if known is None:
            continue
        label, unit, scale, column = known
        yield Measured(
            label=label,
            unit=unit,
            column=column,
            value=found.value / scale,
            stated=getattr(row, column),
            device=f"{found.device.name} in {found.device.host.name}",
            device_id=found.device_id,
            verdict=found.verdict,
            run_id=found.run_id,
            measured_at=found.measured_at,
        )
