"""The form that chooses the columns of a list and keeps the rest of its address."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from attrs import frozen
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe

from catalog.listing.column_choice import PARAM, asked_for
from catalog.listing.drawing import escape
from catalog.listing.tables import Column


class Box(NamedTuple):
    """One check box."""

    name: str
    label: str
    unit: str
    checked: bool


@frozen(kw_only=True)
class Chooser:
    """Check boxes for every column.

    Attributes:
        boxes: drawn.
        kept: parameters that the form carries along.
        asked: the choice as the other forms of the page carry it; empty for the usual columns.
    """

    boxes: SafeString
    kept: list[tuple[str, str]]
    asked: str


def chooser(known: Sequence[Column], chosen: Sequence[Column], query: QueryDict) -> Chooser:
    """The form for this list at this address."""
    names = {column.name for column in chosen}
    boxes = tuple(
        Box(column.name, column.label, column.unit, column.name in names) for column in known
    )
    kept = [
        (name, value)
        for name, values in query.lists()
        if name not in (PARAM, "page")
        for value in values
        if value
    ]
    return Chooser(boxes=_drawn(boxes), kept=kept, asked=",".join(asked_for(query)))


@lru_cache(256)
def _drawn(boxes: tuple[Box, ...]) -> SafeString:
    return mark_safe("\n".join(map(_box, boxes)))  # noqa: S308 - every text in it is escaped below


def _box(box: Box) -> str:
    checked = " checked" if box.checked else ""
    unit = f' <span class="unit">{escape(box.unit)}</span>' if box.unit else ""
    return (
        f'<label><input type="checkbox" name="{PARAM}" value="{escape(box.name)}"{checked}> '
        f"{escape(box.label)}{unit}</label>"
    )
