"""Figures for people: SI values with a prefix that keeps them short."""

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

from catalog.models import Device
from probes import selectors

register = template.Library()

PREFIXES = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
SMALL = ((1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))
#: Units that read better with a prefix; anything else is shown as it is.
SCALED = {"FLOP/s", "OP/s", "B/s", "B", "op/s", "Hz"}
FACT_UNITS = {"_hz": "Hz", "_bytes": "B", "_bytes_per_s": "B/s"}
METRICS = {
    "time_s": "Time",
    "flops_per_s": "Rate",
    "peak_flops_per_s": "Highest rate",
    "sustained_flops_per_s": "Rate after heating up",
    "burst_flops_per_s": "Rate at first",
    "sustained_over_burst": "Rate after heating up, of the rate at first",
    "bytes_per_s": "Rate",
    "dram_bytes_per_s": "Rate beyond the caches",
    "load_per_cpu": "Load per CPU",
    "others_share": "CPU share of other programs",
    "own_cpu_share": "CPU share that a probe gets",
    "steal_share": "CPU share taken by the hypervisor",
    "temperature_c": "Temperature",
    "issue_s": "Time to issue an operation",
    "synced_s": "Time of an operation with its wait",
    "item_s": "Time to read one value back",
    "proof_s": "Time of the product that proves the run",
}
BADGES = {
    **dict.fromkeys(("verified", "ok", "succeeded", "online"), "badge-ok"),
    **dict.fromkeys(("degraded", "contaminated", "stale", "expired", "cancelled"), "badge-warn"),
    **dict.fromkeys(("failed", "error", "offline"), "badge-bad"),
    **dict.fromkeys(("measured", "running", "queued"), "badge-info"),
}
ICONS = {"badge-ok": "✓", "badge-warn": "!", "badge-bad": "✕", "badge-info": "•", "": "-"}


@register.filter
def figure(value: float | None, unit: str = "") -> str:
    """A value with its unit: `1.24 TFLOP/s`, `87.3 µs`; a dash for what is unknown."""
    if value is None:
        return "-"
    unit = "" if unit == "1" else unit
    scale, prefix = _scale(abs(value), unit)
    return f"{_short(value / scale)} {prefix}{unit}".strip()


def _scale(size: float, unit: str) -> tuple[float, str]:
    if unit in SCALED:
        return next((pair for pair in PREFIXES if size >= pair[0]), PREFIXES[-1])
    if unit == "s":
        return next((pair for pair in SMALL if size >= pair[0]), SMALL[-1])
    return 1.0, ""


def _short(value: float) -> str:
    if value == 0 or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


@register.filter
def percent_of(value: float | None, whole: float | None) -> str:
    """A share of an expectation: `87 %`; empty where there is none."""
    return f"{100 * value / whole:.0f} %" if value is not None and whole else ""


@register.filter
def share(value: float | None) -> str:
    """A share as `97 %`."""
    return "-" if value is None else f"{100 * value:.0f} %"


@register.filter
def metric_label(metric: str) -> str:
    """A metric in words: `time_s.m1.n256.k256` is "Time"; its parameters stand beside it."""
    name = metric.split(".", maxsplit=1)[0]
    return METRICS.get(name, name.replace("_", " "))


@register.filter
def plain_params(params: dict[str, Any]) -> str:
    """Parameters of a figure in one line: `m 1, n 4096, k 4096`."""
    return ", ".join(_param(name, value) for name, value in params.items())


def _param(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return name if value else f"not {name}"
    return figure(value, "B") if name == "bytes" else f"{name} {value}"


@register.filter
def gigabytes(size: int | None) -> str:
    """Bytes as GB = 1e9 bytes."""
    return "-" if size is None else f"{size / 1e9:.1f}"


@register.filter
def fact_lines(device: Device) -> list[tuple[str, str]]:
    """What a host told of a device, for people."""
    return [_fact_line(name, value) for name, value in device.facts.items()]


def _fact_line(name: str, value: Any) -> tuple[str, str]:
    """`max_clock_hz` 2.4e9 becomes "max clock", "2.4 GHz": the unit moves to the figure."""
    for ending, unit in FACT_UNITS.items():
        if name.endswith(ending) and isinstance(value, int | float):
            return name.removesuffix(ending).replace("_", " "), figure(value, unit)
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    elif isinstance(value, bool):
        value = "yes" if value else "no"
    return name.replace("_", " "), str(value)


@register.filter
def verdict(device: Any) -> str:
    """What is known of a device today; empty when it was never measured."""
    return selectors.device_verdict(device)


@register.filter
def host_verdict(host: Any) -> str:
    """What is known of a server today: the verdict on its worst device."""
    return selectors.host_verdict(host)


@register.filter
def calibrations_url(device: Device) -> str:
    """The page of a device's calibrations; empty where no app shows them."""
    return _reverse("sizing:device_calibrations", device.pk)


@register.filter
def estimate_url(device: Device) -> str:
    """The page that estimates work on a device; empty where no app has one."""
    return _reverse("sizing:device_estimate", device.pk)


def _reverse(name: str, *args: Any) -> str:
    # Sizing is a sibling that this app does not know: it may be absent.
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.inclusion_tag("probes/_badge.html")
def badge(word: str) -> dict[str, str]:
    """A state as a label that says it in words, by sign and by colour."""
    kind = BADGES.get(word, "")
    return {"word": word, "kind": kind, "icon": ICONS[kind]}
