"""One estimate as a page shows it."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from sizing.presentation.metrics import MetricRow, metric_rows, plan_rows
from sizing.presentation.words import EVIDENCE_BADGES


@frozen(kw_only=True)
class EstimateView:
    """An answer of contract section 2 with its figures as rows."""

    data: Mapping[str, Any]
    metrics: list[MetricRow]
    plan: list[tuple[str, Any]]
    evidence_badge: str


def estimate_view(answer: Mapping[str, Any]) -> EstimateView:
    """The page's view of an answer."""
    return EstimateView(
        data=answer,
        metrics=metric_rows(answer["metrics"]),
        plan=plan_rows(answer["plan"]),
        evidence_badge=EVIDENCE_BADGES.get(answer["evidence"]["level"], ""),
    )
