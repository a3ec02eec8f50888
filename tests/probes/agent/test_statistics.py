"""The statistics of timed samples, on streams whose truth is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.agent import statistics

seconds = st.lists(st.floats(1e-7, 10.0), min_size=1, max_size=200)


def test_too_few_samples_give_no_interval() -> None:
    assert statistics.median_interval([1.0] * 5) is None
    assert statistics.median_interval([1.0] * 6) == (1.0, 1.0)


def test_the_ranks_are_those_of_the_published_tables() -> None:
    # 95 % intervals of the median: n = 10 uses the 2nd and 9th sample, n = 20 the 6th and 15th.
    assert statistics.interval_ranks(10) == (1, 8)
    assert statistics.interval_ranks(20) == (5, 14)


def test_the_interval_covers_the_true_median_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    streams = rng.lognormal(sigma=0.5, size=(2000, 25))
    intervals = [statistics.median_interval(stream) for stream in streams]

    covered = np.mean([low <= 1.0 <= high for low, high in intervals])

    assert 0.94 <= covered <= 0.99


@given(seconds)
def test_the_median_lies_inside_its_interval_and_percentiles(samples: list[float]) -> None:
    found = statistics.summarize(samples, batch=1, stop="fixed")

    assert found.minimum <= found.p05 <= found.median * (1 + 1e-12)
    assert found.median <= found.p95 * (1 + 1e-12)
    if found.ci95:
        assert found.ci95[0] <= found.median <= found.ci95[1]


def test_a_stream_that_slows_down_has_a_positive_trend() -> None:
    assert statistics.trend([1.0] * 10 + [1.1] * 10) == pytest.approx(0.1)


def test_a_spike_moves_the_median_little_and_is_kept_in_the_percentiles() -> None:
    found = statistics.summarize([1.0] * 97 + [50.0] * 8, batch=1, stop="samples")

    assert found.median == 1.0
    assert found.p95 > 40.0
    assert found.n == 105


def test_a_steady_but_descheduled_stream_counts_as_contended() -> None:
    samples = [8e-3] * 90 + [0.12e-3] * 10

    found = statistics.summarize(samples, batch=1, stop="converged", cpu_share=1.0)

    assert statistics.is_contended(found, on_cpu=True)


def test_a_thread_that_got_little_processor_time_counts_as_contended_on_a_cpu_only() -> None:
    found = statistics.summarize([1.0] * 30, batch=1, stop="converged", cpu_share=0.5)

    assert statistics.is_contended(found, on_cpu=True)
    assert not statistics.is_contended(found, on_cpu=False)


def test_a_quiet_stream_is_not_contended() -> None:
    found = statistics.summarize([1.0, 1.01, 1.02] * 10, batch=1, stop="converged", cpu_share=1.0)

    assert not statistics.is_contended(found, on_cpu=True)


def test_scaling_scales_every_time_and_nothing_else() -> None:
    found = statistics.summarize([1.0, 2.0, 3.0] * 3, batch=4, stop="fixed")

    half = statistics.scaled(found, 0.5)

    assert half.median == found.median / 2
    assert half.ci95 == (found.ci95[0] / 2, found.ci95[1] / 2)
    assert (half.n, half.batch, half.trend) == (found.n, found.batch, found.trend)
