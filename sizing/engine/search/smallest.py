"""The smallest number that passes a costly test which larger numbers pass more easily."""

import math
from collections.abc import Callable

MOST_GROWTH = 8
"""Searches end at this multiple of where they started."""
LEAST_SHARE = 0.8
"""Searches go no lower than this share of where they started."""


def smallest(start: int, passes: Callable[[int], bool]) -> int | None:
    """The smallest passing number near `start`; None when growth does not help either.

    A first guess that passes is lowered as long as that passes too; one that fails is raised in
    doubling steps and then narrowed down by bisection.
    """
    if passes(start):
        return _lowered(start, passes)
    failed, step, most = start, 1, start * MOST_GROWTH
    while failed < most:
        larger = min(failed + step, most)
        if passes(larger):
            return _between(failed, larger, passes)
        failed, step = larger, 2 * step
    return None


def _lowered(start: int, passes: Callable[[int], bool]) -> int:
    lowest = math.ceil(start * LEAST_SHARE)
    while start > lowest and passes(start - 1):
        start -= 1
    return start


def _between(failed: int, passed: int, passes: Callable[[int], bool]) -> int:
    while passed - failed > 1:
        middle = (failed + passed) // 2
        if passes(middle):
            passed = middle
        else:
            failed = middle
    return passed
