"""Reads a CSV of offers: the format of the data files, or the download of the offers list."""

import csv
import io
from pathlib import Path

from catalog.importing.errors import NotImported
from catalog.loading.files import Located, Row

NEEDED = ("accelerator_count", "pricing", "amount", "currency")
EXPORT_MARK = "accelerator_stated"
FORMULA_STARTS = ("=", "+", "@", "-")
OVERFLOW = "more cells than the header"


def rows_of_file(path: Path, *, provider: str, source: str) -> list[Located]:
    """Every line with its place; what a line does not say itself comes from the arguments.

    Raises:
        NotImported: the file cannot be read, or its header lacks what every offer needs.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise NotImported(f"{path.name} cannot be read as UTF-8 text: {error}") from error
    return rows_of_text(text, name=path.name, provider=provider, source=source)


def rows_of_text(text: str, *, name: str, provider: str, source: str) -> list[Located]:
    """Like `rows_of_file`, of text that was read already; `name` stands in messages."""
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey=OVERFLOW, strict=True)
    rows = []
    try:
        exported = EXPORT_MARK in (reader.fieldnames or ())
        _check_header(name, reader.fieldnames or [])
        for line in reader:
            values = {"owner": provider, "source": source} | _given(line)
            values = _from_export(values) if exported else values
            values["owner"] = values.get("provider", values["owner"])
            rows.append(Located(place=f"{name}:{reader.line_num}", licence="", values=values))
    except csv.Error as error:
        place = f"{name}:{max(reader.line_num, 1)}"
        raise NotImported(f"{place} is no CSV: {error}; is a quote not closed?") from error
    return rows


def _check_header(name: str, columns: object) -> None:
    known = set(columns) if isinstance(columns, list) else set()
    missing = [column for column in NEEDED if column not in known]
    if not known & {"accelerator", "instance"}:
        missing.append("accelerator")
    if not known:
        raise NotImported(f"{name} is empty; the prices that the catalog has stay.")
    if missing:
        raise NotImported(
            f"{name} has no column {', '.join(missing)}. Its first line must name the columns as "
            "catalog/data/offers/*.csv or the CSV download of the offers list do."
        )


def _given(line: dict) -> Row:
    """The cells that say something, without the quote that keeps spreadsheets from running one."""
    given: Row = {}
    for column, text in line.items():
        plain = str(text or "").strip()
        if plain.startswith("'") and plain[1:2] in FORMULA_STARTS:
            plain = plain[1:]
        if plain and column:
            given[column] = plain
    return given


def _from_export(values: Row) -> Row:
    """An export names the variant by slug, and the offer too."""
    known = {
        "variant": values.get("accelerator", ""),
        "accelerator": values.get(EXPORT_MARK) or values.get("accelerator", ""),
        "offer": values.get("slug", ""),
        "includes_host": str(values.get("includes_host", "")).lower(),
    }
    return values | {column: text for column, text in known.items() if text}
