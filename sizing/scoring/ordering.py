"""Whether two systems, measured on the same work, come out in the right order."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from attrs import frozen

from sizing.scoring.figures import Figure

MOST_PAIRS = 200
"""Pairs per workload and metric, so that one large sweep does not drown the rest."""

CLEAR_RATIO = 1.10
"""Measured values closer than this are a tie and not counted."""

Pair = tuple[Figure, Figure]


@frozen(kw_only=True)
class Ordering:
    """Share of pairs in the right order; None without pairs."""

    pairs: int
    accuracy: float | None


def order_of_systems(figures: Iterable[Figure]) -> Ordering:
    """Compare every pair of systems that were measured on equal work."""
    pairs = [pair for same in _by_work(figures) for pair in _chosen(same)]
    right = sum(_is_right(first, second) for first, second in pairs)
    return Ordering(pairs=len(pairs), accuracy=right / len(pairs) if pairs else None)


def _by_work(figures: Iterable[Figure]) -> Iterator[list[Figure]]:
    groups: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in figures:
        groups[figure.workload, figure.metric].append(figure)
    yield from groups.values()


def _chosen(figures: Sequence[Figure]) -> list[Pair]:
    """At most `MOST_PAIRS`, picked by a fingerprint: the same ones every time."""
    pairs = [pair for pair in combinations(figures, 2) if _is_clear(*pair)]
    return sorted(pairs, key=_fingerprint)[:MOST_PAIRS]


def _is_clear(first: Figure, second: Figure) -> bool:
    high, low = max(first.measured, second.measured), min(first.measured, second.measured)
    return first.system != second.system and high > CLEAR_RATIO * low


def _fingerprint(pair: Pair) -> str:
    ids = "|".join(sorted(figure.case_id for figure in pair))
    return hashlib.sha256(ids.encode()).hexdigest()


def _is_right(first: Figure, second: Figure) -> bool:
    if first.predicted is None or second.predicted is None:
        return False
    return (first.predicted - second.predicted) * (first.measured - second.measured) > 0
