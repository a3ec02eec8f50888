"""The accuracy report for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from sizing.formats import percent
from sizing.presentation.table import text_table

COLUMNS = (
    ("answered", "answered"),
    ("median_ape", "median"),
    ("mean_ape", "mean"),
    ("p90_ape", "p90"),
    ("macro_median", "macMed"),
    ("macro_mean", "macMean"),
    ("bias", "bias"),
    ("coverage", "covered"),
    ("width", "width"),
)


def accuracy_tables(report: Mapping[str, Any]) -> str:
    """Tables by metric, by load and by source, then the order of systems."""
    head = (
        f"{report['cases']} cases, {report['figures']} figures; engine "
        f"{report['engine_version']}, calibration {report['calibration']}"
    )
    parts = [head]
    for title, keys, rows in (
        ("By metric", ("kind", "metric"), report["rows"]),
        ("By load", ("kind", "metric", "mode"), report["loads"]),
        ("By source", ("kind", "source"), report["sources"]),
    ):
        parts.append(f"\n{title}\n{_table(keys, rows)}")
    parts += [_ordering(entry) for entry in report["ordering"] if entry["pairs"]]
    return "\n".join(parts)


def _table(keys: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    head = [*keys, "n", *(name for _, name in COLUMNS)]
    cells = [
        [
            *(str(row[key]) for key in keys),
            str(row["n"]),
            *(percent(row[key]) for key, _ in COLUMNS),
        ]
        for row in rows
    ]
    return text_table(head, cells)


def _ordering(entry: Mapping[str, Any]) -> str:
    share = percent(entry["accuracy"])
    return f"\n{entry['kind']}: order of two systems right in {share} of {entry['pairs']} pairs"
