"""Timing for benchmarks: medians of many calls, never a single one."""

import statistics
import time
from collections.abc import Callable

from attrs import frozen


@frozen
class Figure:
    """One line of the table."""

    name: str
    value: float
    unit: str
    note: str = ""


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
