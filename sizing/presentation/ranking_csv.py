"""The ranked answer as CSV: the rows and figures of the page."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.csv_text import written

HEADS = (
    *("rank", "system", "accelerator", "count", "nodes", "layout", "cost_per_h", "currency"),
    *("metric", "value", "low", "high", "memory_gb", "capacity_gb", "bottleneck", "evidence"),
    "prices_as_of",
)


def ranking_csv(content: Mapping[str, Any], prices_as_of: dt.date | None) -> str:
    """One line per recommendation and metric; the day is empty where it is that of the answer."""
    lines = (line for entry in content["recommendations"] for line in _lines(entry))
    return "".join(written([HEADS, *([*line, prices_as_of] for line in lines)]))


def _lines(entry: Mapping[str, Any]) -> Iterator[list[Any]]:
    cost, memory = entry.get("cost") or {}, entry["memory"]
    layout = " ".join(f"{name}={value}" for name, value in entry["plan"].items())
    before = [
        *(entry["rank"], entry["system"]["name"], entry["accelerator"], entry["count"]),
        *(entry["nodes"], layout, cost.get("per_h", ""), cost.get("currency", "")),
    ]
    after = [
        *(memory["total_gb"], memory["capacity_gb"]),
        *(entry["bottleneck"], entry["evidence"]["level"]),
    ]
    for name, interval in entry["metrics"].items():
        yield [*before, name, interval["value"], interval["low"], interval["high"], *after]
