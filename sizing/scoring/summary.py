"""Errors, bias, coverage and width of many figures."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from attrs import frozen

from sizing.scoring.figures import Figure

Key = TypeVar("Key", bound=Hashable)
Average = Callable[[Sequence[float]], float]


@frozen(kw_only=True)
class Summary:
    """How well figures were predicted; shares and errors are fractions.

    Attributes:
        n: measured figures.
        answered: share that got a usable prediction.
        macro_median, macro_mean: the error averaged within each source, then over sources, so
            that no source counts more for having more rows.
        bias: median signed error of answered figures.
        coverage: share whose measured value lies inside the interval.
        width: median width of the interval over the predicted value.
    """

    n: int
    answered: float
    median_ape: float
    mean_ape: float
    p90_ape: float
    macro_median: float
    macro_mean: float
    bias: float | None
    coverage: float
    width: float | None


def summarise(figures: Sequence[Figure]) -> Summary:
    """The summary of at least one figure."""
    errors = [figure.error for figure in figures]
    biases = [figure.bias for figure in figures if figure.bias is not None]
    widths = [figure.width for figure in figures if figure.width is not None]
    return Summary(
        n=len(figures),
        answered=len(biases) / len(figures),
        median_ape=statistics.median(errors),
        mean_ape=statistics.fmean(errors),
        p90_ape=_quantile(errors, 0.9),
        macro_median=_over_sources(figures, statistics.median),
        macro_mean=_over_sources(figures, statistics.fmean),
        bias=statistics.median(biases) if biases else None,
        coverage=sum(figure.covered for figure in figures) / len(figures),
        width=statistics.median(widths) if widths else None,
    )


def _over_sources(figures: Sequence[Figure], average: Average) -> float:
    by_source: dict[str, list[float]] = defaultdict(list)
    for figure in figures:
        by_source[figure.source].append(figure.error)
    return statistics.fmean(average(errors) for errors in by_source.values())


def _quantile(values: Sequence[float], share: float) -> float:
    """Linear interpolation between order statistics."""
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def group(figures: Iterable[Figure], key: Callable[[Figure], Key]) -> dict[Key, Summary]:
    """One summary per group, the largest group first."""
    groups: dict[Key, list[Figure]] = defaultdict(list)
    for figure in figures:
        groups[key(figure)].append(figure)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), str(item[0])))
    return {name: summarise(members) for name, members in ordered}
