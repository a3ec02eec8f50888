"""All offers at the prices of one day, column by column, in the order of their keys."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import field, frozen
from django.db.models import Model
from numpy.typing import NDArray

from catalog.as_of.past import THEN
from catalog.index.vectors import Coded, Mask, Positions, Vector
from catalog.models import Offer
from catalog.selectors import State


@frozen(eq=False)
class OfferIndex:
    """Rows are known by their position; `keys` has the primary key of each.

    Attributes:
        state: of the catalog that it was read for; None where it is read for one question.
        orders: positions in the orders that were asked for; filled by `catalog.index.orders`.
        relations: what offers refer to, by foreign key; filled by `catalog.index.relations`.
        counts: rows of each choice, by question; filled by `catalog.index.counting`.
        numbers: of offers that refer to a row, by foreign key; filled by `catalog.index.counting`.
        answers: positions of the rows of an answer in its order, by question; filled by
            `catalog.index.finding`.
        groups: what each facet groups rows by, and what its values are called, by facet and day;
            filled by `catalog.index.grouping`.
    """

    keys: NDArray[np.int64]
    columns: Mapping[str, Vector]
    state: State | None = None
    orders: dict[str, Positions] = field(factory=dict)
    relations: dict[str, dict[int | None, Model]] = field(factory=dict)
    counts: dict[str, Any] = field(factory=dict)
    numbers: dict[str, dict[int, int]] = field(factory=dict)
    answers: dict[tuple[str, str], Positions] = field(factory=dict)
    groups: dict[str, Any] = field(factory=dict)
    _related: dict[str, Coded] = field(factory=dict)

    @property
    def every(self) -> Mask:
        """All rows."""
        return np.ones(len(self.keys), dtype=bool)

    def column(self, path: str) -> Vector:
        """A column of the offers, or of what they refer to (`accelerator__family`)."""
        name, _, rest = path.removeprefix(THEN).partition("__")
        name = name.removesuffix("_id")
        return self._of_related(name, rest) if rest else self.columns[name]

    def keys_of(self, name: str) -> Coded:
        """The primary keys that a foreign key holds."""
        column = self.columns[name]
        if not isinstance(column, Coded):
            raise TypeError(f"{name} refers to no other row")
        return column

    def _of_related(self, name: str, rest: str) -> Coded:
        path = f"{name}__{rest}"
        if path not in self._related:
            keys = self.keys_of(name)
            found = dict(related_model(name)._default_manager.values_list("pk", rest))  # noqa: SLF001
            self._related[path] = keys.translated(found.get(key) for key in keys.values)
        return self._related[path]


def related_model(name: str) -> type[Model]:
    """The model that a foreign key of offers refers to."""
    model: Any = Offer._meta.get_field(name).related_model  # noqa: SLF001 - documented
    return model
