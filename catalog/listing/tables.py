"""The tables of the list pages: columns with head, unit, order and the text of a cell."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from attrs import frozen
from django.http import QueryDict

from catalog.facts import plain
from catalog.listing.query_text import without

Getter = Callable[[Any], Any]
UNKNOWN = "—"
ONE_LINE = 28
"""Texts up to this many characters are not broken into lines."""


@frozen(kw_only=True)
class Column:
    """One column.

    Attributes:
        name: in `columns` of the URL.
        order: name for `ordering` in the URL; empty when it cannot be sorted.
        link: where the cell leads.
        badge: CSS class of a badge around the cell, from the row.
        fields: of the API, that hold what the cell shows; the one of the same name if not given.
        usual: whether the list shows it when no columns are asked for.
        shared: attribute of a row that alone decides the cell, apart from what all rows of a table
            have in common; rows of a table with the same one have the same cell.
    """

    name: str
    label: str
    value: Getter
    unit: str = ""
    order: str = ""
    numeric: bool = False
    link: Getter | None = None
    badge: Getter | None = None
    fields: tuple[str, ...] = ()
    usual: bool = True
    shared: str = ""

    @property
    def exported(self) -> tuple[str, ...]:
        """Fields of an export that has this column."""
        return self.fields or (self.name,)


@frozen(kw_only=True)
class Head:
    """A column head as the page shows it."""

    label: str
    unit: str
    numeric: bool
    query: str
    sort: str


class Cell(NamedTuple):
    """One cell as the page shows it."""

    text: str
    numeric: bool = False
    url: str = ""
    badge: str = ""
    long: bool = False


def heads(columns: Iterable[Column], query: QueryDict) -> list[Head]:
    """Column heads whose links keep the filters and toggle the order."""
    current = query.get("ordering", "")
    kept = without(query, "page", "ordering")
    return [_head(column, current, f"{kept}&" if kept else "") for column in columns]


def _head(column: Column, current: str, rest: str) -> Head:
    up, down = current == column.order, current == f"-{column.order}"
    # Figures are usually wanted largest first, names from A.
    first, second = (
        (f"-{column.order}", column.order)
        if column.numeric
        else (
            column.order,
            f"-{column.order}",
        )
    )
    target = urlencode({"ordering": second if current == first else first})
    return Head(
        label=column.label,
        unit=column.unit,
        numeric=column.numeric,
        query=f"?{rest}{target}" if column.order else "",
        sort="ascending" if column.order and up else "descending" if column.order and down else "",
    )


@frozen(kw_only=True)
class Row:
    """The cells of one row, the key by which it can be chosen, and what it is called."""

    cells: list[Cell]
    key: str
    label: str

    def __iter__(self) -> Iterator[Cell]:
        return iter(self.cells)


class Cells:
    """The cells of the rows of one table; those that rows share are worked out once."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self._columns = [(column, column.shared) for column in columns]
        self._kept: dict[tuple[str, Any], Cell] = {}

    def of(self, row: Any) -> list[Cell]:
        """The cells of one row; unknown shows as a dash."""
        return [
            self._shared(column, row, getattr(row, shared)) if shared else _cell(column, row)
            for column, shared in self._columns
        ]

    def _shared(self, column: Column, row: Any, by: Any) -> Cell:
        key = (column.name, by)
        cell = self._kept.get(key)
        if cell is None:
            cell = self._kept[key] = _cell(column, row)
        return cell


def cells(columns: Iterable[Column], row: Any) -> list[Cell]:
    """The cells of one row by itself."""
    return Cells(columns).of(row)


def _cell(column: Column, row: Any) -> Cell:
    value = column.value(row)
    shown = UNKNOWN if value in (None, "", []) else plain(_rounded(value))
    return Cell(
        text=shown,
        numeric=column.numeric,
        url=column.link(row) if column.link and value not in (None, "") else "",
        badge=column.badge(row) if column.badge else "",
        long=len(shown) > ONE_LINE,
    )


def _rounded(value: Any) -> Any:
    """Two decimals are enough to compare by; the row's own page has them all."""
    return round(value, 2) if isinstance(value, float) else value


def text(
    label: str, name: str, *, order: str = "", link: bool = False, usual: bool = True
) -> Column:
    """A text column of an attribute; `link` leads to the row's own page."""
    field = name.removeprefix("get_").removesuffix("_display")
    return Column(
        name=field,
        # What a choice is called depends on its code alone.
        shared="" if link or "__" in field else field,
        label=label,
        value=lambda row: _deep(row, name),
        order=order,
        link=(lambda row: row.get_absolute_url()) if link else None,
        usual=usual,
    )


def figure(label: str, name: str, unit: str = "", *, usual: bool = True) -> Column:
    """A sortable figure."""
    return Column(
        name=name,
        label=label,
        unit=unit,
        order=name,
        numeric=True,
        value=lambda row: getattr(row, name),
        usual=usual,
        shared=name,
    )


def related(label: str, name: str, *, order: str = "") -> Column:
    """A row of another noun, with a link to it."""
    return Column(
        name=name,
        label=label,
        order=order,
        value=lambda row: getattr(row, name) and str(getattr(row, name)),
        link=lambda row: getattr(row, name).get_absolute_url() if getattr(row, name) else "",
        shared=f"{name}_id",
    )


def _deep(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part, None)
    return row() if callable(row) else row
