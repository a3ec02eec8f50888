"""The rules that start and stop sampling, on synthetic streams with a clock of their own."""

import itertools
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from probes.agent import timing
from probes.agent.timing import Policy


class Stream:
    """Samples from a generator; its clock advances by what each sample took, batch included."""

    def __init__(self, seconds: Iterator[float], batch: int = 1) -> None:
        self.seconds, self.batch, self.clock = seconds, batch, 0.0

    def sample(self) -> float:
        taken = next(self.seconds)
        self.clock += taken * self.batch
        return taken

    def now(self) -> float:
        return self.clock


def stream_of(make: Callable[[np.random.Generator], float], seed: int = 0) -> Stream:
    rng = np.random.default_rng(seed)
    return Stream(iter(lambda: make(rng), None))


def test_a_quiet_stream_stops_at_the_fewest_samples() -> None:
    stream = stream_of(lambda rng: 2e-3 * (1 + 0.005 * rng.standard_normal()))

    taken, stop = timing.collect(stream.sample, stream.now, Policy())

    assert stop == "converged"
    assert 20 <= len(taken) <= 60
    assert np.median(taken) == pytest.approx(2e-3, rel=0.005)


def test_rare_spikes_do_not_keep_it_from_stopping() -> None:
    stream = stream_of(lambda rng: 2e-3 * (30 if rng.random() < 0.03 else 1 + 0.002 * rng.random()))

    taken, stop = timing.collect(stream.sample, stream.now, Policy(max_s=60))

    assert stop == "converged"
    assert np.median(taken) == pytest.approx(2e-3, rel=0.01)


def test_a_noisy_stream_is_cut_by_time() -> None:
    stream = stream_of(lambda rng: 2e-3 * (1 + rng.random()))

    taken, stop = timing.collect(stream.sample, stream.now, Policy(max_samples=10**6))

    assert stop == "time"
    assert stream.clock == pytest.approx(3.0, abs=0.01)
    assert len(taken) > 500


def test_a_fast_noisy_stream_is_cut_by_the_number_of_samples() -> None:
    stream = stream_of(lambda rng: 1e-4 * (1 + rng.random()))

    taken, stop = timing.collect(stream.sample, stream.now, Policy())

    assert (len(taken), stop) == (1000, "samples")


def test_a_drifting_stream_is_not_taken_for_converged() -> None:
    steps = (2e-3 * (1 + 0.002 * i) for i in itertools.count())
    stream = Stream(steps)

    _, stop = timing.collect(stream.sample, stream.now, Policy())

    assert stop != "converged"


def test_slow_calls_still_get_enough_samples_for_an_interval() -> None:
    stream = Stream(itertools.repeat(2.0))

    taken, stop = timing.collect(stream.sample, stream.now, Policy(max_s=3.0))

    assert (len(taken), stop) == (timing.FEWEST_FOR_INTERVAL, "time")


def test_a_steady_stretch_lasts_as_long_as_asked() -> None:
    stream = Stream(itertools.repeat(2e-3))

    timing.collect(stream.sample, stream.now, Policy(min_s=2.0))

    assert stream.clock >= 2.0


def test_warming_up_waits_until_the_stream_settles() -> None:
    warm = itertools.chain((10e-3 * 0.97**i for i in range(120)), itertools.repeat(0.2e-3))
    stream = Stream(warm)

    timing.warm_up(stream.sample, stream.now, Policy())

    assert next(stream.seconds) == 0.2e-3


def test_warming_up_takes_at_least_its_shortest_time() -> None:
    stream = Stream(itertools.repeat(1e-3))

    timing.warm_up(stream.sample, stream.now, Policy())

    assert stream.clock >= 0.3


def test_warming_up_gives_up_on_a_stream_that_never_settles() -> None:
    stream = stream_of(lambda rng: 1e-3 * (1 + 5 * rng.random()))

    timing.warm_up(stream.sample, stream.now, Policy(warmup_agreement=0.0))

    assert stream.clock == pytest.approx(3.0, abs=0.05)


class FixedTimer:
    """Every call takes the same time."""

    def __init__(self, seconds: float) -> None:
        self.per_call = seconds

    def seconds(self, call: timing.Call, batch: int) -> float:
        return self.per_call * batch


@pytest.mark.parametrize("per_call", [1e-7, 3e-6, 1e-3, 0.5])
def test_a_batch_fills_two_milliseconds(per_call: float) -> None:
    batch = timing.choose_batch(FixedTimer(per_call), lambda: None, Policy())

    assert batch * per_call >= 2e-3
    assert batch == 1 or batch * per_call < 4e-3


def test_a_fixed_measurement_says_so() -> None:
    timed = timing.measure_fixed(FixedTimer(1e-3), lambda: None, batch=5, n=8)

    assert timed.samples.stop == "fixed"
    assert (timed.samples.n, timed.samples.batch) == (8, 5)
    assert timed.samples.median == pytest.approx(1e-3)
