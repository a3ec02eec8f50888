"""How long one call takes: warm-up, batching, and the rule that ends sampling."""

import math
import time
from collections.abc import Callable
from typing import Protocol

import attrs

from probes.agent import statistics
from probes.protocol import Samples

Call = Callable[[], object]
FEWEST_FOR_INTERVAL = 6


class Timer(Protocol):
    """Times `batch` back-to-back calls and gives the seconds they took together."""

    def seconds(self, call: Call, batch: int) -> float: ...


@attrs.frozen(kw_only=True)
class Policy:
    """When to start trusting samples and when to stop taking them (docs/probes.md, "Timing").

    `max_s` may be exceeded by slow calls until the fewest samples that give an interval are in.
    `min_s` makes a steady stretch of at least that length.
    """

    warmup_s: float = 0.3
    warmup_cap_s: float = 3.0
    warmup_agreement: float = 0.01
    sample_s: float = 0.002
    min_samples: int = 20
    max_samples: int = 1000
    min_s: float = 0.0
    max_s: float = 3.0
    half_width: float = 0.005
    drift: float = 0.01


@attrs.frozen(kw_only=True)
class Timed:
    """A timed call: its statistics, and its first call (compilation, page faults) apart."""

    samples: Samples
    first_call_s: float


def measure(timer: Timer, call: Call, policy: Policy) -> Timed:
    """Time `call` after warming up, by `policy`; seconds per call."""
    first = timer.seconds(call, 1)
    batch = choose_batch(timer, call, policy)
    warm_up(lambda: timer.seconds(call, batch), time.perf_counter, policy)
    cpu, wall = time.thread_time(), time.perf_counter()
    stream, stop = collect(lambda: timer.seconds(call, batch) / batch, time.perf_counter, policy)
    share = (time.thread_time() - cpu) / (time.perf_counter() - wall)
    samples = statistics.summarize(stream, batch=batch, stop=stop, cpu_share=share)
    return Timed(samples=samples, first_call_s=first)


def measure_fixed(timer: Timer, call: Call, *, batch: int, n: int) -> Timed:
    """Time exactly `n` samples of `batch` calls, where the definition fixes both."""
    first = timer.seconds(call, 1)
    timer.seconds(call, batch)
    stream = [timer.seconds(call, batch) / batch for _ in range(n)]
    samples = statistics.summarize(stream, batch=batch, stop="fixed")
    return Timed(samples=samples, first_call_s=first)


def choose_batch(timer: Timer, call: Call, policy: Policy) -> int:
    """The number of calls that fills `policy.sample_s`."""
    batch = 1
    for _ in range(8):
        took = timer.seconds(call, batch)
        if took >= policy.sample_s:
            break
        growth = 1.2 * policy.sample_s / max(took, 1e-9)
        batch = math.ceil(batch * min(growth, 100.0))
    return batch


def warm_up(sample: Callable[[], float], now: Callable[[], float], policy: Policy) -> None:
    """Sample until two windows of three agree and the shortest warm-up has passed."""
    start, taken = now(), list[float]()
    while now() - start < policy.warmup_cap_s:
        taken.append(sample())
        if len(taken) >= 6 and now() - start >= policy.warmup_s:
            before, after = sorted(taken[-6:-3])[1], sorted(taken[-3:])[1]
            if abs(after - before) <= policy.warmup_agreement * before:
                return


def collect(
    sample: Callable[[], float], now: Callable[[], float], policy: Policy
) -> tuple[list[float], str]:
    """Take samples until a stop rule holds; gives them all, and the name of that rule.

    Rules: "converged" (interval narrow and both halves agree), "samples", "time".
    """
    start, taken = now(), list[float]()
    while True:
        taken.append(sample())
        passed = now() - start
        if passed >= policy.max_s and len(taken) >= FEWEST_FOR_INTERVAL:
            return taken, "time"
        if len(taken) >= policy.max_samples:
            return taken, "samples"
        if passed >= policy.min_s and _is_due(len(taken), policy) and _converged(taken, policy):
            return taken, "converged"


def _is_due(n: int, policy: Policy) -> bool:
    """Check every sample at first and every tenth later: sorting costs more than a sample."""
    return n >= policy.min_samples and (n < 100 or n % 10 == 0)


def _converged(taken: list[float], policy: Policy) -> bool:
    narrow = statistics.half_width(taken) < policy.half_width
    return narrow and abs(statistics.trend(taken)) < policy.drift
