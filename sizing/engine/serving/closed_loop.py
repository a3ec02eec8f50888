"""Closed systems: a fixed population of requests, simulated step by step without any clock.

Equal requests that start together stay together, so the simulation follows *cohorts* (requests
that got their first token in the same step) and leaps over stretches in which nothing joins or
leaves. Both the closed loop of N users and an offline queue are of this form.
"""

import math
from functools import lru_cache
from heapq import heappop, heappush

import numpy as np
from attrs import define, field, frozen

from sizing.engine.operations import Array
from sizing.engine.serving.schedule import Schedule, Trace, make_step, merge_steps

MAX_EVENTS = 2500
"""Simulated events per schedule; a longer run is cut here and averaged over what was seen."""
GOLDEN_RATIO = 0.6180339887498949
"""Multiples of it, modulo 1, fill the unit interval evenly."""
ENDINGS_PER_WAVE = 96
"""Spread-out requests end at so many distinct times at most; more would only cost time."""


@frozen(kw_only=True)
class Population:
    """A closed system of equal requests on one replica.

    Attributes:
        users: requests present at once (the rest of `total` arrives as these finish).
        total: requests of the whole run.
        admitted: most requests whose KV cache fits, or the batch limit.
        new_tokens: prompt tokens to compute, per request.
        cached_tokens: prompt tokens already cached, per request.
        output_tokens: tokens to generate, per request; groups of `tokens_per_step` where a step
            yields more than one.
        step_tokens: token budget of one scheduler step.
        chunked: prompts may be cut to fit the budget.
        turnaround_steps: time between a user's last token and the next request's arrival in the
            scheduler (answer out, request in), in decode steps.
        front_end_steps: time that the one front end of all users spends on each request, in decode
            steps; users who finish together come back one after another.
        steps_per_token: time of a prompt token in a step that is full of them, in decode steps.
        mixes: decoding goes on in steps that hold prompts; otherwise it pauses.
        tokens_per_step: tokens by which a step lengthens a request's context.
        length_spread: half width of the requests' output lengths, relative to their mean.
    """

    users: int
    total: int
    admitted: int
    new_tokens: int
    cached_tokens: int
    output_tokens: int
    step_tokens: int
    chunked: bool
    turnaround_steps: float = 0.0
    front_end_steps: float = 0.0
    steps_per_token: float = 0.0
    mixes: bool = True
    length_spread: float = 0.0
    tokens_per_step: float = 1.0

    @property
    def prompt_tokens(self) -> int:
        """Prompt tokens in the cache of a decoding request."""
        return self.new_tokens + self.cached_tokens

    def output_of(self, request: int) -> int:
        """Tokens of a request: equal, or evenly spread by the golden-ratio sequence."""
        if self.length_spread == 0.0:
            return self.output_tokens
        offset = 2.0 * ((request * GOLDEN_RATIO) % 1.0) - 1.0
        grain = max(2.0 * self.length_spread * self.output_tokens / ENDINGS_PER_WAVE, 1.0)
        steps = round(self.output_tokens * self.length_spread * offset / grain)
        return max(1, round(self.output_tokens + steps * grain))


@define
class _Run:
    """State of the simulation; lists hold one entry per recorded event."""

    system: Population
    now: int = 0
    decoding: int = 0
    started: int = 0
    answered: int = 0
    finished: int = 0
    waiting: int = 0
    birth: int = 0
    partial: int = 0
    clock: float = 0.0
    front_end_free: float = 0.0
    returning: list[tuple[float, int]] = field(factory=list)
    cohorts: list[tuple[int, int, int]] = field(factory=list)
    rows: list[tuple[float, ...]] = field(factory=list)
    arrivals: list[tuple[float, int]] = field(factory=list)
    firsts: list[tuple[int, int]] = field(factory=list)
    lasts: list[tuple[int, int]] = field(factory=list)

    def arrive(self, count: int) -> None:
        """Requests join the queue as long as the run has some left."""
        left = self.system.total - self.started
        count = min(count, left)
        if count:
            self.started += count
            self.waiting += count
            self.arrivals.append((len(self.rows), count))

    def _return_within(self, duration: float) -> tuple[int, float]:
        """Users who come back during the next step: how many, and the share of it they wait."""
        end, came, waited = self.clock + duration, 0, 0.0
        while self.returning and self.returning[0][0] < end:
            due, count = heappop(self.returning)
            count = min(count, self.system.total - self.started)
            left = (end - max(due, self.clock)) / duration
            if count:
                self.started += count
                self.arrivals.append((len(self.rows) + 1.0 - left, count))
            came, waited = came + count, waited + count * left
        self.clock = end
        return came, waited

    def record(
        self, repeats: int, prefill: int, prompts: int, attended: float, duration: float
    ) -> None:
        """Note what the next step holds, and who comes and waits while it runs."""
        system, decoding = self.system, self.decoding
        came, waited = self._return_within(duration)
        waiting = self.waiting + waited
        context = float(system.prompt_tokens)
        if decoding:
            age = self.now + 0.5 * (repeats - 1) - self.birth / decoding
            context += age * system.tokens_per_step
        stepping = decoding if system.mixes or not prefill else 0
        self.rows.append(
            (repeats, stepping, context, prefill, prompts, attended, waiting, decoding)
        )
        self.waiting += came

    def prefill(self, sequence_limit: int | None = None) -> bool:
        """One step with prompt tokens, if a prompt can be admitted."""
        system, before = self.system, self.partial
        room = system.admitted - self.decoding
        room = min(room, self.waiting)
        if sequence_limit is not None:
            room = min(room, sequence_limit)
        if room <= 0:
            return False
        tokens, done, left = self._prompt_tokens(room)
        prompts = done + 1 if left else done
        inside = before + tokens / 2 if prompts == 1 else system.new_tokens / 2
        duration = max(1.0, tokens * system.steps_per_token)
        self.record(1, tokens, prompts, system.cached_tokens + inside, duration)
        self.partial = left
        self._advance(int(system.mixes))
        self._first_tokens(done)
        return True

    def _prompt_tokens(self, room: int) -> tuple[int, int, int]:
        """Prompt tokens of a step, prompts it completes, tokens done of the one it cuts."""
        system = self.system
        new, budget, least = system.new_tokens, system.step_tokens - self.decoding, 64
        if budget < least:
            budget = max(budget, min(system.step_tokens, least))
        if system.chunked:
            tokens = room * new - self.partial
            tokens = min(tokens, budget)
            return (tokens, *divmod(self.partial + tokens, new))
        done = min(room, max(1, budget // new))
        return done * new, done, 0

    def decode(self) -> None:
        """All decode steps until the oldest cohort ends."""
        repeats = self.cohorts[0][0] - self.now if self.cohorts else 1
        if self.returning:
            repeats = min(repeats, math.ceil(self.returning[0][0] - self.clock))
        repeats = max(repeats, 1)
        self.record(repeats, 0, 0, 0.0, float(repeats))
        self._advance(repeats)

    def _first_tokens(self, count: int) -> None:
        system = self.system
        self.waiting -= count
        self.firsts.append((len(self.rows), count))
        if system.output_tokens <= 1:
            self._finish(count)
            return
        now = self.now
        if system.length_spread:
            for request in range(self.answered, self.answered + count):
                heappush(self.cohorts, (now + (system.output_of(request) - 1 or 1), now, 1))
        elif count:
            heappush(self.cohorts, (now + system.output_tokens - 1, now, count))
        self.answered += count
        self.decoding += count
        self.birth += count * now

    def _finish(self, count: int) -> None:
        self.finished += count
        self.lasts.append((len(self.rows), count))
        system = self.system
        if not system.turnaround_steps:
            if self.started < system.total:
                self.arrive(count)
        elif system.front_end_steps:
            for _ in range(count):
                after_last = self.front_end_free + system.front_end_steps
                self.front_end_free = max(self.clock + system.turnaround_steps, after_last)
                heappush(self.returning, (self.front_end_free, 1))
        else:
            heappush(self.returning, (self.clock + system.turnaround_steps, count))

    def _advance(self, repeats: int) -> None:
        self.now += repeats
        cohorts = self.cohorts
        while cohorts and cohorts[0][0] <= self.now:
            _, start, count = heappop(cohorts)
            self.decoding -= count
            self.birth -= count * start
            self._finish(count)


def simulate(system: Population) -> _Run:
    """Run a closed system to its end (or to `MAX_EVENTS`)."""
    run = _Run(system)
    run.arrive(system.users)
    run.prefill(sequence_limit=1)
    while run.finished < system.total and len(run.rows) < MAX_EVENTS:
        if not run.prefill():
            run.decode()
    return run


def _served(run: _Run) -> float:
    if run.finished == run.system.total:
        return float(run.finished)
    return max(run.finished + 0.5 * run.decoding, 1.0)


@lru_cache(maxsize=64)
def closed_loop_schedule(system: Population) -> Schedule:
    """The schedule of a closed system, events of like shape merged into a few dozen steps."""
    run = simulate(system)
    rows = np.array(run.rows, dtype=np.float64)
    names = (
        "decode_tokens",
        "decode_context",
        "prefill_tokens",
        "prefill_sequences",
        "prefill_context",
        "waiting",
        "decoding",
    )
    columns = {name: rows[:, index + 1] for index, name in enumerate(names)}
    labels = _labels(columns)
    merged, repeats = merge_steps(columns, rows[:, 0], labels)
    live = float((columns["decoding"] + columns["prefill_sequences"]).max())
    return Schedule(
        step=make_step(**{name: merged[name] for name in names[:5]}),
        repeats=repeats,
        waiting=merged["waiting"],
        decoding=merged["decoding"],
        requests=_served(run),
        live=min(live, float(system.admitted)),
        trace=_trace(run, rows[:, 0], labels),
    )


def _trace(run: _Run, repeats: Array, labels: Array) -> Trace:
    events = [
        np.array(pairs, dtype=np.float64).reshape(-1, 2)
        for pairs in (run.arrivals, run.firsts, run.lasts)
    ]
    return Trace(
        label=labels, repeats=repeats, arrivals=events[0], firsts=events[1], lasts=events[2]
    )


def _labels(columns: dict[str, Array]) -> Array:
    """Group events whose decode batch and prompt tokens agree within a factor of about 1.5."""
    decode = np.round(np.log2(columns["decode_tokens"] + 1.0) / 0.6)
    prefill = np.round(np.log2(columns["prefill_tokens"] + 1.0) / 0.6)
    _, labels = np.unique(decode * 1000 + prefill, return_inverse=True)
    return np.asarray(labels, dtype=np.float64)
