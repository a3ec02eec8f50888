"""Documents as Markdown and as aligned text."""

from collections.abc import Iterator, Sequence

from catalog.documents import Document, Table

MOST_WIDTH = 48
"""Longer cells are cut in a terminal; Markdown keeps them whole."""


def markdown(document: Document) -> str:
    """The document in Markdown with pipe tables."""
    return "\n".join(_markdown(document)).rstrip() + "\n"


def _markdown(document: Document) -> Iterator[str]:
    yield from (f"# {document.title}", "", document.summary, "")
    for table in document.tables:
        yield from (f"## {table.caption}", "")
        yield _piped(table.heads)
        yield "|" + "---|" * len(table.heads)
        yield from map(_piped, table.rows)
        yield from ("", table.note, "") if table.note else ("",)


def _piped(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def aligned(document: Document) -> str:
    """The document for a terminal, columns aligned."""
    lines = [document.title, "=" * len(document.title), document.summary]
    for table in document.tables:
        lines += ["", table.caption, *_aligned(table), *([table.note] if table.note else [])]
    return "\n".join(lines)


def _aligned(table: Table) -> Iterator[str]:
    rows = [[_cut(cell) for cell in row] for row in (table.heads, *table.rows)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.heads))]
    rows.insert(1, ["-" * width for width in widths])
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _cut(cell: str) -> str:
    return cell if len(cell) <= MOST_WIDTH else cell[: MOST_WIDTH - 1] + "…"
