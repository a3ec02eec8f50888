"""Lines of a comparison: one property of everything that is compared."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from attrs import frozen

from catalog.listing.tables import UNKNOWN


@frozen(kw_only=True)
class Value:
    """One cell; `source` says who states it, or how sure it is."""

    text: str
    source: str = ""


@frozen(kw_only=True)
class Line:
    """One property of everything that is compared.

    Attributes:
        about: what it is a figure of; lines about the same stay together, as measured beside
            stated. Empty for a line of its own.
    """

    label: str
    unit: str
    values: tuple[Value, ...]
    about: str = ""

    @property
    def differs(self) -> bool:
        """Whether the values are not all the same."""
        return len({value.text for value in self.values}) > 1

    @property
    def known(self) -> bool:
        """Whether any value is."""
        return any(value.text != UNKNOWN for value in self.values)


def together(lines: Iterable[Line]) -> list[tuple[Line, ...]]:
    """Lines about the same as one group, where the first of them stands."""
    known = [line for line in lines if line.known]
    place: dict[str, int] = {}
    for position, line in enumerate(known):
        place.setdefault(line.about or f"line {position}", position)
    keyed = [(place[line.about or f"line {i}"], line) for i, line in enumerate(known)]
    keyed.sort(key=lambda pair: pair[0])
    return [tuple(line for _, line in group) for _, group in groupby(keyed, lambda pair: pair[0])]


def split(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Lines that differ, with those that stay together with them, and the rest."""
    different: list[Line] = []
    equal: list[Line] = []
    for group in together(lines):
        (different if any(line.differs for line in group) else equal).extend(group)
    return different, equal
