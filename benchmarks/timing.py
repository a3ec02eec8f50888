"""Timing for benchmarks: medians of many calls, never a single one."""

import statistics
import time
from collections.abc import Callable

from attrs import frozen


@frozen
class Figure:
    """One line of the table.

    Attributes:
        at_most, at_least: the target, where the project has one.
    """

    name: str
    value: float
    unit: str
    note: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def verdict(self) -> str:
        """The target and the figure as a multiple of it; empty without a target."""
        if self.at_most is not None:
            return f"target <= {self.at_most:,.0f}: {self.value / self.at_most:.2f} x"
        if self.at_least is not None:
            return f"target >= {self.at_least:,.0f}: {self.value / self.at_least:.2f} x"
        return ""


def median_cpu_s(call: Callable[[], object]) -> float:
    """Median processor seconds of one call: what one core needs, whoever else uses the machine."""
    return median_s(call, clock=time.process_time)


def median_s(
    call: Callable[[], object],
    *,
    budget_s: float = 2.0,
    fewest: int = 5,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Median seconds of one call, after one that is not counted."""
    call()
    samples: list[float] = []
    end = time.perf_counter() + budget_s
    while len(samples) < fewest or time.perf_counter() < end:
        start = clock()
        call()
        samples.append(clock() - start)
    return statistics.median(samples)
