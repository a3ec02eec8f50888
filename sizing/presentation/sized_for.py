"""How peak, growth and spares entered an answer, as a sum that a reader can redo."""

from collections.abc import Iterator, Mapping
from typing import Any

from sizing.formats import figure, plain
from sizing.presentation.words import metric_in_words

SHOWN = ("ttft_ms", "tpot_ms")


def sized_for_rows(found: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Label and text of each row; empty where nothing was added to what was stated."""
    return [] if not found else list(_rows(found))


def _rows(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if load := found.get("load"):
        yield "Load sized for", _load(load)
    replicas = found["replicas"]
    if replicas["spare"]:
        yield "Replicas", _replicas(replicas)
    for name in SHOWN:
        if interval := found["metrics"].get(name):
            label, unit = metric_in_words(name)
            yield f"{label} at that load, without spares", _interval(interval, unit)


def _replicas(replicas: Mapping[str, int]) -> str:
    total = f"{replicas['all']} = {replicas['carrying']} that carry it + {replicas['spare']} spare"
    return f"{total}; cost, power and accelerators count all"


def _load(load: Mapping[str, Any]) -> str:
    growth = 1 + load["growth_percent"] / 100
    parts = (
        (load["peak_factor"], "busiest moment"),
        (growth, "growth"),
        (1 + load["headroom"], "headroom"),
    )
    factors = "".join(f" x {plain(value)} {what}" for value, what in parts if value != 1)
    return f"{plain(load['sized_for'])} {load['unit']} = {plain(load['stated'])} stated{factors}"


def _interval(interval: Mapping[str, float], unit: str) -> str:
    low, high = figure(interval["low"]), figure(interval["high"])
    return f"{figure(interval['value'])} {unit} ({low} to {high})"
