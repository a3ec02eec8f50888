"""Statistics of timed samples: pure functions over plain sequences of seconds.

The centre is the median with an order-statistic interval, never a mean or a minimum: timing noise
is one-sided and heavy-tailed, and the fastest sample shows a boost clock nobody can rely on.
"""

import functools
import math
from collections.abc import Sequence

import attrs
import numpy as np

from probes.protocol import Samples

CONTENDED_RATIO = 1.3
CONTENDED_CPU_SHARE = 0.8


@functools.lru_cache(maxsize=2048)
def interval_ranks(n: int, confidence: float = 0.95) -> tuple[int, int] | None:
    """Zero-based ranks whose order statistics bound the median at `confidence`.

    The number of samples below the median is Binomial(n, 1/2) whatever their distribution (David
    and Nagaraja, Order Statistics, section 7.1). None where n is too small (below 6 for 95 %).
    """
    tail, rank = 0.0, 0
    log_total = n * math.log(2.0)
    while rank < n // 2:
        log_ways = math.lgamma(n + 1) - math.lgamma(rank + 1) - math.lgamma(n - rank + 1)
        tail += math.exp(log_ways - log_total)
        if tail > (1.0 - confidence) / 2:
            break
        rank += 1
    return (rank - 1, n - rank) if rank else None


def median_interval(samples: Sequence[float]) -> tuple[float, float] | None:
    """The 95 % order-statistic interval of the median, in the samples' unit."""
    ranks = interval_ranks(len(samples))
    if ranks is None:
        return None
    ordered = np.sort(np.asarray(samples, dtype=float))
    return float(ordered[ranks[0]]), float(ordered[ranks[1]])


def half_width(samples: Sequence[float]) -> float:
    """Half the interval's width over the median; infinite where there is no interval."""
    interval = median_interval(samples)
    if interval is None:
        return math.inf
    return (interval[1] - interval[0]) / 2 / float(np.median(samples))


def trend(samples: Sequence[float]) -> float:
    """Median of the second half over that of the first, less 1: positive means slowing down."""
    if len(samples) < 2:
        return 0.0
    middle = len(samples) // 2
    return float(np.median(samples[middle:]) / np.median(samples[:middle])) - 1.0


def summarize(
    samples: Sequence[float], *, batch: int, stop: str, cpu_share: float | None = None
) -> Samples:
    """All statistics of a stream of per-call seconds (at least one); no sample is left out."""
    values = np.asarray(samples, dtype=float)
    median = float(np.median(values))
    p05, p95 = (float(p) for p in np.percentile(values, (5, 95)))
    return Samples(
        n=len(samples),
        batch=batch,
        median=median,
        ci95=median_interval(samples),
        mad=float(np.median(np.abs(values - median))),
        p05=p05,
        p95=p95,
        minimum=float(values.min()),
        trend=trend(samples),
        stop=stop,
        cpu_share=cpu_share,
    )


def is_contended(samples: Samples, *, on_cpu: bool) -> bool:
    """Whether something else took the processor while these samples were timed.

    A tight interval does not show it: a thread that is always descheduled gives a steady, wrong
    median. The 5th percentile and the thread's own CPU time do.
    """
    if samples.median > CONTENDED_RATIO * samples.p05:
        return True
    return on_cpu and samples.cpu_share is not None and samples.cpu_share < CONTENDED_CPU_SHARE


def scaled(samples: Samples, factor: float) -> Samples:
    """The same statistics of samples that are each `factor` times as long."""
    times = ("median", "mad", "p05", "p95", "minimum")
    ci95 = (samples.ci95[0] * factor, samples.ci95[1] * factor) if samples.ci95 else None
    return attrs.evolve(samples, ci95=ci95, **{t: getattr(samples, t) * factor for t in times})
