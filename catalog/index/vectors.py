"""One column of the index: each distinct value once and a code per row, or plain figures."""

from array import array
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Positions = NDArray[np.signedinteger[Any]]
Test = Callable[[Any], bool]


@frozen(eq=False)
class Coded:
    """Values that many rows share; None among them is the unknown one."""

    codes: NDArray[np.int32]
    values: tuple[Any, ...]

    def where(self, test: Test) -> Mask:
        """Rows whose value is known and passes, each distinct value tested once."""
        passed = (value is not None and bool(test(value)) for value in self.values)
        return np.fromiter(passed, bool, len(self.values))[self.codes]

    def unknown(self) -> Mask:
        """Rows without a value."""
        missing = (value is None for value in self.values)
        return np.fromiter(missing, bool, len(self.values))[self.codes]

    def figures(self) -> NDArray[np.float64]:
        """The values as numbers, unknown ones as NaN."""
        numbers = (np.nan if value is None else float(value) for value in self.values)
        return np.fromiter(numbers, np.float64, len(self.values))[self.codes]

    def translated(self, values: Iterable[Any]) -> "Coded":
        """The same rows with another value in place of each of `values`."""
        found = coded(values)
        return Coded(codes=found.codes[self.codes], values=found.values)

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
