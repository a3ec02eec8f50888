"""Open systems: Poisson arrivals, simulated on a clock, one event per joining or leaving.

Between two events the batch does not change, so the simulation leaps over all steps in between.
"""

import heapq
from collections import deque
from collections.abc import Callable

import numpy as np
from attrs import define, field, frozen

from sizing.engine.operations import Array

StepTime = Callable[[float, float], float]
"""Seconds of a step with so many decoding sequences and prompt tokens."""

REQUESTS = 600
WARM_UP = 0.1
"""Share of requests whose latencies are left out: the system starts empty."""
SEED = 20260101


@frozen(kw_only=True)
class Arrivals:
    """An open system on one replica.

    Attributes:
        rate: requests per second.
        outputs: tokens to generate, one entry per request.
        new_tokens: prompt tokens to compute, per request.
        admitted: most requests in flight.
        step_tokens: token budget of one step.
        chunked: prompts may be cut to fit the budget.
    """

    rate: float
    outputs: Array
    new_tokens: int
    admitted: int
    step_tokens: int
    chunked: bool


@frozen(kw_only=True, eq=False)
class Served:
    """Latencies in seconds of the requests after warm-up, shape (requests,), and rates.

    Attributes:
        rate: first tokens per second after warm-up: what is served, without the run's drain.
        live, live_peak: mean and most requests between first and last token.
    """

    ttft: Array
    decode: Array
    outputs: Array
    rate: float
    live: float
    live_peak: float


def output_lengths(mean: float, p50: float | None, p95: float | None) -> Array:
    """Tokens of each simulated request: equal, or log-normal where percentiles are known."""
    if p95 is None:
        return np.full(REQUESTS, max(round(mean), 1), dtype=np.float64)
    middle = p50 if p50 is not None else mean
    sigma = np.log(max(p95 / middle, 1.0)) / 1.645
    draws = np.random.default_rng(SEED + 1).normal(0.0, sigma, REQUESTS)
    lengths = middle * np.exp(draws)
    return np.asarray(np.maximum(np.round(lengths * mean / lengths.mean()), 1.0))


@define
class _Clock:
    """State of the simulation."""

    system: Arrivals
    step_time: StepTime
    arrivals: Array
    now: float = 0.0
    step: int = 0
    next_arrival: int = 0
    left_of_prompt: int = 0
    peak: int = 0
    queue: deque[int] = field(factory=deque)
    live: list[tuple[int, int]] = field(factory=list)
    first: Array = field(factory=lambda: np.zeros(REQUESTS))
    last: Array = field(factory=lambda: np.zeros(REQUESTS))
    known: dict[tuple[int, int], float] = field(factory=dict)

    def run(self) -> None:
        while self.next_arrival < REQUESTS or self.queue or self.live:
            self._arrive()
            if self.queue and len(self.live) < self.system.admitted:
                self._mixed_step()
            elif self.live:
                self._decode()
            else:
                self.now = self.arrivals[self.next_arrival]

    def _seconds(self, tokens: int) -> float:
        """Seconds of a step; most steps of a run are alike, so each kind is looked up once."""
        key = (len(self.live), tokens)
        if key not in self.known:
            self.known[key] = self.step_time(*key)
        return self.known[key]

    def _arrive(self) -> None:
        while self.next_arrival < REQUESTS and self.arrivals[self.next_arrival] <= self.now:
            self.queue.append(self.next_arrival)
            self.next_arrival += 1

    def _mixed_step(self) -> None:
        system = self.system
        budget = max(system.step_tokens - len(self.live), 64)
        tokens, done = 0, list[int]()
        while self.queue and len(self.live) + len(done) < system.admitted:
            wanted = self.left_of_prompt or system.new_tokens
            if tokens and tokens + wanted > budget and not system.chunked:
                break
            taken = min(wanted, budget - tokens) if system.chunked else wanted
            tokens += taken
            self.left_of_prompt = wanted - taken
            if self.left_of_prompt:
                break
            done.append(self.queue.popleft())
        self._advance(1, self._seconds(tokens))
        for request in done:
            self.first[request] = self.last[request] = self.now
            if system.outputs[request] > 1:
                heapq.heappush(self.live, (self.step + int(system.outputs[request]) - 1, request))
        self.peak = max(self.peak, len(self.live))

    def _decode(self) -> None:
        seconds = self._seconds(0)
        steps = self.live[0][0] - self.step
        if self.next_arrival < REQUESTS and len(self.live) < self.system.admitted:
            until = self.arrivals[self.next_arrival] - self.now
            steps = min(steps, int(until / seconds) + 1)
        self._advance(max(steps, 1), seconds * max(steps, 1))

    def _advance(self, steps: int, seconds: float) -> None:
        self.step += steps
        self.now += seconds
        while self.live and self.live[0][0] <= self.step:
            _, request = heapq.heappop(self.live)
            self.last[request] = self.now


def simulate_arrivals(system: Arrivals, step_time: StepTime) -> Served:
    """Serve `REQUESTS` Poisson arrivals (fixed seed) and time each of them."""
    gaps = np.random.default_rng(SEED).exponential(1.0 / system.rate, REQUESTS)
    clock = _Clock(system, step_time, np.cumsum(gaps))
    clock.run()
    kept = slice(int(WARM_UP * REQUESTS), None)
    wall = max(float(clock.last.max() - clock.arrivals[0]), 1e-9)
    decode = clock.last - clock.first
    return Served(
        ttft=(clock.first - clock.arrivals)[kept],
        decode=decode[kept],
        outputs=system.outputs[kept],
        rate=len(decode[kept]) / max(clock.first.max() - clock.arrivals[kept][0], 1e-9),
        live=float(decode.sum() / wall),
        live_peak=float(clock.peak),
    )
