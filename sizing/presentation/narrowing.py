"""What was measured for a sizing, and what that changed: rows for pages, objects for programs."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from sizing.models import AskedRun, Narrowing, Sizing
from sizing.presentation.metrics import MetricRow, metric_rows

COMPARED = (
    *("ttft_ms", "tpot_ms", "request_latency_ms", "output_tokens_per_s"),
    *("latency_ms", "tflops"),
)


@frozen(kw_only=True)
class ChangedFigure:
    """One figure of a variant's best recommendation, before and after; either may be missing."""

    accelerator: str
    label: str
    unit: str
    before: MetricRow | None
    after: MetricRow | None


def narrowing_of(sizing: Sizing) -> Narrowing | None:
    """What was measured for a sizing; None where nothing was to be."""
    return getattr(sizing, "narrowing", None)


def changed_figures(sizing: Sizing, narrowing: Narrowing) -> list[ChangedFigure]:
    """Figures of the variants that were asked, before and after; nothing before the end."""
    if narrowing.finished_at is None:
        return []
    return [figure for run in _runs(narrowing) for figure in _changed(sizing, narrowing, run)]


def _runs(narrowing: Narrowing) -> list[AskedRun]:
    return list(narrowing.runs.select_related("device__accelerator", "calibration"))


def _changed(sizing: Sizing, narrowing: Narrowing, run: AskedRun) -> Iterator[ChangedFigure]:
    accelerator = run.device.accelerator
    if accelerator is None:
        return
    before = _figures(narrowing.before.content, accelerator.slug)
    after = _figures(sizing.answer.content, accelerator.slug)
    for name in COMPARED:
        then, now = before.get(name), after.get(name)
        shown = now or then
        if shown is not None:
            yield ChangedFigure(
                accelerator=accelerator.name,
                label=shown.label,
                unit=shown.unit,
                before=then,
                after=now,
            )


def _figures(content: Mapping[str, Any], slug: str) -> dict[str, MetricRow]:
    """Metrics of the first recommendation of a variant."""
    for item in content["recommendations"]:
        if item["accelerator"] == slug:
            return {row.name: row for row in metric_rows(item["metrics"])}
    return {}


def measurement_data(sizing: Sizing) -> dict[str, Any] | None:
    """The API's account of what was measured; None where nothing was to be."""
    narrowing = narrowing_of(sizing)
    if narrowing is None:
        return None
    return {
        "asked_at": narrowing.asked_at,
        "finished_at": narrowing.finished_at,
        "reason": narrowing.reason,
        "devices": [_device(sizing, narrowing, run) for run in _runs(narrowing)],
    }


def _device(sizing: Sizing, narrowing: Narrowing, run: AskedRun) -> dict[str, Any]:
    slug = run.device.accelerator.slug if run.device.accelerator else ""
    names = ("m", "n", "k", "dtype", "part", "share", "figures")
    return {
        "device": run.device_id,
        "accelerator": slug,
        "run": str(run.run_id),
        "calibration": run.calibration.slug if run.calibration else None,
        "products": [{name: product.get(name) for name in names} for product in run.products],
        "before": _intervals(narrowing.before.content, slug),
        "after": _intervals(sizing.answer.content, slug) if narrowing.finished_at else None,
    }


def _intervals(content: Mapping[str, Any], slug: str) -> dict[str, Any]:
    for item in content["recommendations"]:
        if item["accelerator"] == slug:
            return dict(item["metrics"])
    return {}
