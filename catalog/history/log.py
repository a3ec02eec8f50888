"""Notes of what changes, until the revision that it makes is written."""

from collections.abc import Iterable
from typing import Any

from attrs import Factory, define, frozen
from django.db.models import Model

from catalog.history.texts import KINDS, columns_of
from catalog.models import RowChange


@frozen(kw_only=True)
class Note:
    """One row that came or went, or one column of it with its values before and after."""

    row: Model
    what: str
    column: str = ""
    old: Any = None
    new: Any = None


@define
class Log:
    """Notes in the order in which things changed; nouns without a history are passed over."""

    notes: list[Note] = Factory(list)

    def added(self, rows: Iterable[Model]) -> None:
        """Rows that the catalog did not have."""
        self._whole(rows, RowChange.What.ADDED)

    def removed(self, rows: Iterable[Model]) -> None:
        """Rows that it has no longer."""
        self._whole(rows, RowChange.What.REMOVED)

    def changed(self, row: Model, column: str, old: Any, new: Any) -> None:
        """A column, by the name under which the row holds its value."""
        if type(row) in KINDS and column in columns_of(type(row)):
            what = RowChange.What.CHANGED
            self.notes.append(Note(row=row, what=what, column=column, old=old, new=new))

    def compared(self, before: Model, after: Model) -> None:
        """Every column in which two states of a row differ."""
        for column in columns_of(type(after)):
            old, new = getattr(before, column), getattr(after, column)
            if old != new:
                self.changed(after, column, old, new)

    def _whole(self, rows: Iterable[Model], what: str) -> None:
        self.notes += [Note(row=row, what=what) for row in rows if type(row) in KINDS]
