"""Rank products by how much timing each would narrow the figures of an answer."""

import math
from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from sizing.engine.measured_products import SCATTER
from sizing.engine.shape_factors import MANY_ROWS

TIMED_FORMATS = ("bf16", "fp16", "fp32")
"""Formats whose products the probes time one by one."""
LEAST_S = 1.0
CALLS = 24.0
"""Warm-up, check and samples of a product take about so many calls, and a second at least."""
LONGEST_PRODUCT_S = 8.0
"""A product that takes longer to measure is asked with fewer rows, which is as telling: the time
of many rows is in proportion to them."""
MOST_PRODUCTS = 12
LEAST_GAIN = 0.002
"""Products that would narrow a half width by less are not worth a device's time."""


@frozen(kw_only=True)
class Candidate:
    """One product that could be timed.

    Attributes:
        share: of the figure's time in products with this weight matrix.
        spread: half width of the log interval of its time as it is known.
        seconds: of one such product, as expected.
        figures: metrics that rest on it.
    """

    m: int
    n: int
    k: int
    dtype: str
    share: float
    spread: float
    seconds: float
    part: str = ""
    figures: tuple[str, ...] = ()

    @property
    def gain(self) -> float:
        """Half width of the figure that is this product's to give."""
        return self.share * max(self.spread - SCATTER, 0.0)

    @property
    def cost_s(self) -> float:
        """Seconds that timing it takes."""
        return max(LEAST_S, CALLS * self.seconds)


def with_fewer_rows(candidate: Candidate) -> Candidate:
    """The same weights with as many rows as can be timed soon."""
    halvings = math.ceil(math.log2(max(candidate.cost_s / LONGEST_PRODUCT_S, 1.0)))
    rows = max(candidate.m >> halvings, min(MANY_ROWS, candidate.m))
    return evolve(candidate, m=rows, seconds=candidate.seconds * rows / candidate.m)


def merged(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One candidate per product; the figures that share it add up in gain."""
    found: dict[tuple[int, int, int, str], Candidate] = {}
    for one in candidates:
        key = (one.m, one.n, one.k, one.dtype)
        other = found.get(key)
        found[key] = one if other is None else _joined(other, one)
    return list(found.values())


def _joined(one: Candidate, other: Candidate) -> Candidate:
    figures = tuple(dict.fromkeys((*one.figures, *other.figures)))
    parts = dict.fromkeys((*one.part.split(", "), *other.part.split(", ")))
    share = max(one.share, other.share) if one.figures != other.figures else one.share + other.share
    return evolve(one, share=share, figures=figures, part=", ".join(parts))


def best_of(candidates: Sequence[Candidate], budget_s: float) -> list[Candidate]:
    """The most telling products that can be timed within the budget, best first.

    By gain per second: the knapsack's greedy rule, within one product of the best choice.
    """
    chosen: list[Candidate] = []
    left = budget_s
    for one in sorted(candidates, key=_best_first):
        if one.gain >= LEAST_GAIN and one.cost_s <= left and len(chosen) < MOST_PRODUCTS:
            chosen.append(one)
            left -= one.cost_s
    return sorted(chosen, key=lambda one: -one.gain)


def _best_first(one: Candidate) -> tuple[float, int, int, int]:
    return -one.gain / one.cost_s, one.m, one.n, one.k
