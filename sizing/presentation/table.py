"""Tables for a terminal."""

from collections.abc import Sequence

from catalog.as_of.asking import in_words
from sizing.formats import figure
from sizing.models import Sizing
from sizing.presentation.recommendations import RecommendationView, sizing_view
from sizing.presentation.words import metric_in_words

HEAD = ("#", "system", "accelerators", "layout", "cost/h", "figures (90 % interval)", "evidence")


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, ["-" * width for width in widths], *rows)
    ]
    return "\n".join(lines)


def sizing_table(sizing: Sizing) -> str:
    """Recommendations, then what was left out with its nearest miss."""
    view, day = sizing_view(sizing), sizing.prices_as_of
    parts = [f"Prices as of {in_words(day)}."] if day else []
    parts.append(text_table(HEAD, [_row(entry) for entry in view.recommendations]))
    if view.rejected:
        parts.append("Left out:")
        parts += [f"  {entry['name']}: {entry['nearest_miss']}" for entry in view.rejected]
    return "\n".join(parts)


def _row(entry: RecommendationView) -> tuple[str, ...]:
    data = entry.data
    cost = data.get("cost")
    return (
        f"{data['rank']}{'*' if entry.on_frontier else ''}",
        data["system"]["name"],
        f"{data['count']} x {data['accelerator']}",
        entry.layout,
        f"{figure(float(cost['per_h']))} {cost['currency']}" if cost else "no offer",
        "; ".join(
            f"{metric_in_words(row.name)[0]} {figure(row.value)} {row.unit} "
            f"({figure(row.low)}-{figure(row.high)})"
            for row in (entry.speed, entry.ttft, entry.tpot)
            if row is not None
        ),
        data["evidence"]["level"],
    )
