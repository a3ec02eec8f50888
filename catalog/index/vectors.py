"""One column of the index: each distinct value once and a code per row, or plain figures."""

from array import array
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Positions = NDArray[np.signedinteger[Any]]
Test = Callable[[Any], bool]
Kind = TypeVar("Kind", bound=np.generic)


@frozen(eq=False)
class Coded:
    """Values that many rows share; None among them is the unknown one."""

    codes: NDArray[np.int32]
    values: tuple[Any, ...]

    def where(self, test: Test) -> Mask:
        """Rows whose value is known and passes, each distinct value tested once."""
        passed = [value is not None and bool(test(value)) for value in self.values]
        # Words of a search are in few columns.
        return self._each(np.array(passed, dtype=bool)) if any(passed) else self._none()

    def unknown(self) -> Mask:
        """Rows without a value."""
        if None not in self.values:
            return self._none()
        return self._each(np.array([value is None for value in self.values], dtype=bool))

    def figures(self) -> NDArray[np.float64]:
        """The values as numbers, unknown ones as NaN."""
        numbers = [np.nan if value is None else float(value) for value in self.values]
        return self._each(np.array(numbers, dtype=np.float64))

    def translated(self, values: Iterable[Any]) -> "Coded":
        """The same rows with another value in place of each of `values`."""
        found = coded(values)
        return Coded(codes=self._each(found.codes), values=found.values)

    def _none(self) -> Mask:
        return np.zeros(len(self.codes), dtype=bool)

    def _each(self, of_value: NDArray[Kind]) -> NDArray[Kind]:
        # Half the time of indexing by the codes, which converts them first.
        return of_value.take(self.codes)

    def counted(self, rows: Positions) -> dict[Any, int]:
        """How many of these rows have each value."""
        numbers = np.bincount(self.codes.take(rows), minlength=len(self.values)).tolist()
        pairs = zip(self.values, numbers, strict=True)
        return {value: number for value, number in pairs if number}


@frozen(eq=False)
class Figures:
    """Numbers that rarely repeat; NaN is unknown."""

    numbers: NDArray[np.float64]

    def where(self, test: Test) -> Mask:
        """Rows whose figure passes; NaN passes no comparison."""
        return np.asarray(test(self.numbers), dtype=bool)

    def unknown(self) -> Mask:
        """Rows without a figure."""
        return np.isnan(self.numbers)

    def figures(self) -> NDArray[np.float64]:
        """The numbers themselves."""
        return self.numbers


Vector = Coded | Figures


class Coder:
    """Makes a coded column of values that come piece by piece."""

    def __init__(self) -> None:
        self._codes = array("i")
        self._known: dict[Any, int] = {}

    def extend(self, values: Iterable[Any]) -> None:
        """Append rows."""
        known = self._known
        self._codes.extend([known.setdefault(value, len(known)) for value in values])

    def column(self) -> Coded:
        """What came so far."""
        return Coded(codes=np.frombuffer(self._codes, np.int32), values=tuple(self._known))


def coded(values: Iterable[Any]) -> Coded:
    """A coded column of these rows."""
    coder = Coder()
    coder.extend(values)
    return coder.column()
