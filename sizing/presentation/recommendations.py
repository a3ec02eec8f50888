"""A stored sizing as the page shows it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen
from django.utils.safestring import SafeString

from catalog.as_of.asking import PARAM
from catalog.freshness import freshness
from catalog.models import Accelerator, Offer
from sizing import charts
from sizing.formats import figure
from sizing.models import Sizing
from sizing.presentation.host_needs import NeedRow, need_rows
from sizing.presentation.metrics import MetricRow, metric_rows, plan_rows
from sizing.presentation.sized_for import sized_for_rows
from sizing.presentation.words import EVIDENCE_BADGES, metric_in_words, plan_in_short

SPEEDS = ("output_tokens_per_s", "requests_per_s", "tflops", "decode_tokens_per_s")
LATENCY = "request_latency_ms"


@frozen(kw_only=True)
class RecommendationView:
    """One recommendation; `data` is the answer's own entry.

    `system_url` and `offer_url` lead to the prices of the day that was asked for.
    """

    data: Mapping[str, Any]
    system_url: str
    accelerator_name: str
    on_frontier: bool
    speed: MetricRow | None
    ttft: MetricRow | None
    tpot: MetricRow | None
    metrics: list[MetricRow]
    layout: str
    plan: list[tuple[str, Any]]
    evidence_badge: str
    cost_per_h: str
    cost_per_unit: str
    cost_origin: str
    cost_seen: str
    cost_age: str
    cost_rows: list[tuple[str, str]]
    notes: list[str]
    offer_url: str
    sized_for: list[tuple[str, str]]
    needs: list[NeedRow]

    @property
    def is_bare(self) -> bool:
        """Whether the system is the accelerator itself, with no server or instance named."""
        return bool(self.data["system"]["name"] == self.accelerator_name)


@frozen(kw_only=True)
class SizingView:
    """Everything the page of one sizing shows."""

    recommendations: list[RecommendationView]
    rejected: list[Mapping[str, Any]]
    speed_label: str
    chart: SafeString
    without_price: int


def sizing_view(sizing: Sizing) -> SizingView:
    """The page's view of a stored sizing; two queries, for names and for links to offers."""
    content = sizing.answer.content
    ranked = content["recommendations"]
    frontier = set(content["frontier"])
    day = sizing.prices_as_of
    offers = _offer_urls(ranked, day)
    names = _accelerator_names(ranked)
    on = day or sizing.created_at.date()
    arrivals = follows_arrivals(sizing.request)
    speed = LATENCY if arrivals else _speed_metric(ranked)
    points = [
        point for point in (_point(entry, names, speed, frontier) for entry in ranked) if point
    ]
    label, unit = metric_in_words(speed)
    speed_label = f"{label} ({unit})"
    chart = charts.cost_speed_chart(points, speed_label=speed_label, less_is_faster=arrivals)
    return SizingView(
        recommendations=[_view(entry, names, frontier, offers, speed, on, day) for entry in ranked],
        rejected=content["rejected"],
        speed_label=speed_label,
        chart=chart,
        without_price=len(ranked) - len(points),
    )


def _view(
    entry: Mapping[str, Any],
    names: Mapping[str, str],
    frontier: set[int],
    offers: Mapping[str, str],
    speed: str,
    on: dt.date,
    day: dt.date | None,
) -> RecommendationView:
    metrics = metric_rows(entry["metrics"])
    by_name = {row.name: row for row in metrics}
    cost = entry.get("cost") or {}
    basis = cost.get("basis") or {}
    return RecommendationView(
        data=entry,
        system_url=entry["system"]["url"] + (f"?{PARAM}={day}" if day else ""),
        accelerator_name=_name(entry, names),
        on_frontier=entry["rank"] in frontier,
        speed=by_name.get(speed),
        ttft=by_name.get("ttft_ms"),
        tpot=by_name.get("tpot_ms"),
        metrics=metrics,
        layout=plan_in_short(entry["plan"]),
        plan=plan_rows(entry["plan"]),
        evidence_badge=EVIDENCE_BADGES.get(entry["evidence"]["level"], ""),
        cost_per_h=_money(cost.get("per_h")),
        cost_per_unit=_money(cost.get("per_unit")),
        cost_origin=_origin(basis),
        cost_seen=_seen(basis),
        cost_age=_age(basis, on),
        cost_rows=_basis_rows(basis),
        notes=list(basis.get("notes", ())) if isinstance(basis, Mapping) else [],
        offer_url=offers.get(cost.get("offer") or "", ""),
        sized_for=sized_for_rows(entry.get("sized_for")),
        needs=need_rows(entry.get("host_needs")),
    )


def _money(amount: Any) -> str:
    """A decimal string as the API gives it, shortened; empty when there is none."""
    return "" if amount in (None, "") else figure(float(amount))


def _origin(basis: Any) -> str:
    """Who asks this price, and for what."""
    if not isinstance(basis, Mapping) or not basis:
        return ""
    words = [basis.get("provider"), basis.get("acquisition")]
    return ", ".join(str(word) for word in words if word)


def _seen(basis: Any) -> str:
    """The day on which the price was seen."""
    if not isinstance(basis, Mapping) or not basis:
        return ""
    return str(basis.get("observed_on") or "date unknown")


def _age(basis: Any, on: dt.date) -> str:
    """A word of warning when the price was old already on the day of the answer."""
    observed = basis.get("observed_on") if isinstance(basis, Mapping) else None
    if not observed:
        return ""
    level = freshness(dt.date.fromisoformat(str(observed)), on)
    return "" if level == "fresh" else level


def follows_arrivals(request: Mapping[str, Any]) -> bool:
    """Whether requests arrive at a rate: then latency tells systems apart, not throughput."""
    workload = request.get("workload") or {}
    mode = (workload.get("load") or {}).get("mode")
    limits = {**(workload.get("slo") or {}), **(request.get("constraints") or {})}
    wants_rate = any((request.get("target") or {}).values())
    return mode == "rate" or (mode == "saturated" and wants_rate and bool(limits.get("ttft_ms")))


def _basis_rows(basis: Any) -> list[tuple[str, str]]:
    if not isinstance(basis, Mapping):
        return [("Basis", str(basis))]
    rows = []
    for name, value in basis.items():
        if name != "notes" and value not in (None, "", [], {}):
            rows.extend(_flat(name, value))
    return rows


def _flat(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        return [row for key, inner in value.items() for row in _flat(key, inner)]
    shown = figure(value) if isinstance(value, int | float) else str(value)
    return [(name.replace("_", " "), shown)]


def _offer_urls(ranked: Iterable[Mapping[str, Any]], day: dt.date | None) -> dict[str, str]:
    slugs = {(entry.get("cost") or {}).get("offer") for entry in ranked} - {None, ""}
    urls = {}
    for offer in Offer.objects.filter(slug__in=slugs).only("pk", "slug"):
        offer.judged_on = day
        urls[offer.slug] = offer.get_absolute_url()
    return urls


def _accelerator_names(ranked: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    slugs = {entry["accelerator"] for entry in ranked}
    return dict(Accelerator.objects.filter(slug__in=slugs).values_list("slug", "name"))


def _name(entry: Mapping[str, Any], names: Mapping[str, str]) -> str:
    slug = str(entry["accelerator"])
    return names.get(slug, slug)


def _speed_metric(ranked: Iterable[Mapping[str, Any]]) -> str:
    for entry in ranked:
        return next((name for name in SPEEDS if name in entry["metrics"]), SPEEDS[0])
    return SPEEDS[0]


def _point(
    entry: Mapping[str, Any], names: Mapping[str, str], speed: str, frontier: set[int]
) -> charts.CostSpeedPoint | None:
    cost = entry.get("cost")
    interval = entry["metrics"].get(speed)
    if not cost or not interval or float(cost["per_h"]) <= 0:
        return None
    return charts.CostSpeedPoint(
        name=f"{entry['count']} x {_name(entry, names)} ({entry['system']['name']})",
        rank=entry["rank"],
        cost=float(cost["per_h"]),
        currency=cost["currency"],
        speed=interval["value"],
        low=interval["low"],
        high=interval["high"],
        on_frontier=entry["rank"] in frontier,
    )
