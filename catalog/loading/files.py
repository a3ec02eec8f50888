"""Reads the data files: plain rows that remember where they stand."""

import csv
import datetime as dt
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import frozen

from catalog.fingerprints import fingerprint

Row = dict[str, Any]
SHARE_ALIKE = "cc-by-sa"
SHARE_ALIKE_LICENCE = "CC BY-SA 4.0"


@frozen(kw_only=True)
class Located:
    """One row with its place and licence."""

    place: str
    licence: str
    values: Row


def content_fingerprint(folder: Path, *, version: int) -> str:
    """Equal while neither the files nor the rules of loading change."""
    parts: list[object] = [version]
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            parts += [path.relative_to(folder).as_posix(), path.read_text("utf-8")]
    return fingerprint(*parts)


def toml_rows(folder: Path, pattern: str, table: str) -> Iterator[Located]:
    """Every `[[table]]` of the matching files."""
    for path in _files(folder, pattern):
        for number, values in enumerate(tomllib.loads(path.read_text("utf-8")).get(table, []), 1):
            yield _located(folder, path, f"#{number}", values)


def csv_rows(folder: Path, pattern: str) -> Iterator[Located]:
    """Every line of the matching files; an empty cell is left out, so it stays unknown."""
    for path in _files(folder, pattern):
        with path.open(encoding="utf-8", newline="") as lines:
            for number, values in enumerate(csv.DictReader(lines), 2):
                given = {key: text.strip() for key, text in values.items() if text and text.strip()}
                given["owner"] = path.stem
                yield _located(folder, path, f":{number}", given)


def json_rows(folder: Path, pattern: str) -> Iterator[Located]:
    """One row per matching file."""
    for path in _files(folder, pattern):
        yield _located(folder, path, "", json.loads(path.read_text("utf-8")))


def _files(folder: Path, pattern: str) -> list[Path]:
    return [*sorted(folder.glob(pattern)), *sorted((folder / SHARE_ALIKE).glob(pattern))]


def _located(folder: Path, path: Path, place: str, values: Row) -> Located:
    where = path.relative_to(folder).as_posix()
    licence = SHARE_ALIKE_LICENCE if where.startswith(SHARE_ALIKE) else values.get("licence", "")
    return Located(place=f"{where}{place}", licence=licence, values=values)


def number(value: Any) -> float | None:
    """A figure, or None when it is not given.

    Raises:
        ValueError: the text is not a number.
    """
    return None if value is None or value == "" else float(value)


def date(value: Any) -> dt.date | None:
    """A date, or None when the source gives none.

    Raises:
        ValueError: the text is not an ISO date.
    """
    if value is None or value == "":
        return None
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)


def flag(value: Any) -> bool | None:
    """True, False, or None when it is not said."""
    return {"true": True, "false": False, True: True, False: False}.get(value)
