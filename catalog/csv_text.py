"""CSV as every download writes it: no cell runs in a spreadsheet, unknown is empty."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

# Spreadsheets run a cell that starts like this as a formula.
FORMULA_STARTS = ("=", "+", "@", "\t", "\r")


class _Echo:
    """What csv.writer needs of a file."""

    @staticmethod
    def write(text: str) -> str:
        return text


def written(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Each row as a line, written when it is asked for."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def cell(value: Any) -> Any:
    """Empty for unknown; text that a spreadsheet would run is quoted."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
