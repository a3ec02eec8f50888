"""One recommendation as a request to buy or rent it, on one page, for print and PDF alike."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from catalog.as_of.asking import in_words
from sizing.engine.search.assumptions import HOURS_PER_MONTH
from sizing.formats import figure, plain
from sizing.models import Sizing
from sizing.presentation.metrics import MetricRow
from sizing.presentation.recommendations import RecommendationView
from sizing.presentation.request import request_facts
from sizing.presentation.words import evidence_in_words

TITLES = {"rent": "Rental request", "buy": "Purchase request"}
SIGNATURES = ("Requested by", "Cost centre", "Approved by", "Date")
SHOWN = (
    *("ttft_ms", "tpot_ms", "request_latency_ms", "output_tokens_per_s", "requests_per_s"),
    *("latency_ms", "tflops"),
)
Rows = tuple[tuple[str, str], ...]


@frozen(kw_only=True)
class PurchaseSheet:
    """What stands on the page.

    Attributes:
        subject: what is to be had, in one line.
        sections: headings with rows of label and text.
        notes: what whoever approves it has to know.
        address: of the answer behind it.
    """

    title: str
    subject: str
    sections: tuple[tuple[str, Rows], ...]
    notes: tuple[str, ...]
    signatures: tuple[str, ...] = SIGNATURES
    address: str


def purchase_sheet(sizing: Sizing, item: RecommendationView, address: str) -> PurchaseSheet:
    """The sheet of one recommendation of a stored sizing."""
    basis = (item.data.get("cost") or {}).get("basis") or {}
    return PurchaseSheet(
        title=TITLES.get(basis.get("acquisition", ""), "Hardware request"),
        subject=_subject(item),
        sections=(
            ("What it is for", tuple(request_facts(sizing.request))),
            ("What is needed", tuple(_needed(item))),
            ("What it costs", tuple(_costs(item.data, basis))),
            ("What it will do, with 90 % intervals", tuple(_figures(item))),
            ("What this rests on", tuple(_grounds(sizing, item))),
        ),
        notes=tuple(_notes(sizing, item, basis)),
        address=address,
    )


def _subject(item: RecommendationView) -> str:
    what = f"{item.data['count']} x {item.accelerator_name}"
    return (
        what if item.is_bare else f"{what} in {_systems(item.data)} x {item.data['system']['name']}"
    )


def _systems(data: Mapping[str, Any]) -> int:
    """Things on the bill: accelerators where they come alone, else whole systems."""
    return int(data["count"] if data["system"]["kind"] == "accelerator" else data["nodes"])


def _needed(item: RecommendationView) -> Iterator[tuple[str, str]]:
    data = item.data
    yield "Accelerators", f"{data['count']} x {item.accelerator_name}, on {data['nodes']} nodes"
    yield "Layout", item.layout
    for label, text in item.sized_for:
        if label in ("Load sized for", "Replicas"):
            yield label, text
    if data.get("power_w"):
        yield "Power", f"{figure(data['power_w'])} W ({data['power_basis']})"
    if item.needs:
        each = "; ".join(f"{need.label.lower()} {need.amount}" for need in item.needs)
        yield "Each node", f"{each} (derived, not measured)"


def _costs(data: Mapping[str, Any], basis: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    cost = data.get("cost")
    if not cost:
        yield "Price", "No offer of the catalog resolves to this system: ask for a quote."
        return
    currency, per_h = cost["currency"], float(cost["per_h"])
    if basis.get("acquisition") == "buy":
        yield from _bought(data, basis, currency)
        yield "Per hour of use", f"{per_h:,.2f} {currency}, written off and with electricity"
    else:
        yield "Per hour", f"{per_h:,.2f} {currency}"
        month = per_h * HOURS_PER_MONTH
        yield "Per month", f"{month:,.2f} {currency} ({HOURS_PER_MONTH:g} h)"
    if cost["unit"] != "hour":
        yield f"Per {cost['unit']}", f"{figure(float(cost['per_unit']))} {currency}"
    origin = (basis.get("provider"), basis.get("region"), basis.get("terms"))
    seen = basis.get("observed_on") or "at an unknown date"
    yield "Offer", ", ".join([*(str(part) for part in origin if part), f"seen {seen}"])


def _bought(
    data: Mapping[str, Any], basis: Mapping[str, Any], currency: str
) -> Iterator[tuple[str, str]]:
    each, many = float(basis["purchase_amount"]), _systems(data)
    yield "Price", f"{many} x {each:,.2f} = {many * each:,.2f} {currency}"
    assumed = basis.get("assumptions") or {}
    if assumed:
        yield "Assumed", _assumed(assumed, currency)


def _assumed(assumed: Mapping[str, float], currency: str) -> str:
    months, use = plain(assumed["write_off_months"]), plain(assumed["use"] * 100)
    power = f"{plain(assumed['tariff_per_kwh'])} {currency} per kWh, PUE {plain(assumed['pue'])}"
    return f"{months} months, {use} % use, {power}"


def _figures(item: RecommendationView) -> Iterator[tuple[str, str]]:
    for row in item.metrics:
        if row.name in SHOWN:
            yield row.label, _interval(row)
    for label, text in item.sized_for:
        if label not in ("Load sized for", "Replicas"):
            yield label, text


def _interval(row: MetricRow) -> str:
    return f"{figure(row.value)} {row.unit} ({figure(row.low)} to {figure(row.high)})"


def _grounds(sizing: Sizing, item: RecommendationView) -> Iterator[tuple[str, str]]:
    answer, level = sizing.answer, item.data["evidence"]["level"]
    yield "Evidence", f"{level}: {evidence_in_words(level)}"
    revisions = f"catalog {answer.catalog_revision}, calibration {answer.calibration_revision}"
    yield "Revisions", f"{revisions}, engine {answer.engine_version}"
    yield "Answered", f"{sizing.created_at:%Y-%m-%d %H:%M} UTC, rank {item.data['rank']}"


def _notes(sizing: Sizing, item: RecommendationView, basis: Mapping[str, Any]) -> Iterator[str]:
    if sizing.prices_as_of:
        day = in_words(sizing.prices_as_of)
        yield f"Prices are as of {day}: size again without a day before ordering."
    if quality := item.data.get("quality"):
        yield f"{quality['text']} {quality['source_url']}".strip()
    if item.cost_age:
        yield f"The price is {item.cost_age}: ask whether it still stands."
    yield from basis.get("notes") or ()
