"""The form that chooses the columns of a list and keeps the rest of its address."""

from collections.abc import Sequence

from attrs import frozen
from django.http import QueryDict

from catalog.column_choice import PARAM, asked_for
from catalog.tables import Column


@frozen(kw_only=True)
class Box:
    """One check box."""

    name: str
    label: str
    unit: str
    checked: bool


@frozen(kw_only=True)
class Chooser:
    """Check boxes for every column.

    Attributes:
        kept: parameters that the form carries along.
        asked: the choice as the other forms of the page carry it; empty for the usual columns.
    """

    boxes: list[Box]
    kept: list[tuple[str, str]]
    asked: str


def chooser(known: Sequence[Column], chosen: Sequence[Column], query: QueryDict) -> Chooser:
    """The form for this list at this address."""
    boxes = [
        Box(name=column.name, label=column.label, unit=column.unit, checked=column in chosen)
        for column in known
    ]
    kept = [
        (name, value)
        for name, values in query.lists()
        if name not in (PARAM, "page")
        for value in values
        if value
    ]
    return Chooser(boxes=boxes, kept=kept, asked=",".join(asked_for(query)))
