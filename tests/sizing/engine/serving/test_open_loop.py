import numpy as np
import pytest

from sizing.engine.serving.open_loop import Arrivals, output_lengths, simulate_arrivals


def arrivals(rate, **changes):
    fields = {
        "rate": rate,
        "outputs": np.full(600, 20.0),
        "new_tokens": 100,
        "admitted": 256,
        "step_tokens": 2048,
        "chunked": True,
    }
    return Arrivals(**{**fields, **changes})


def step_time(decoding, prompt_tokens):
    return 0.01 + 1e-4 * decoding + 1e-5 * prompt_tokens


def test_an_idle_system_answers_in_one_prompt_step():
    served = simulate_arrivals(arrivals(0.01), step_time)
    assert np.median(served.ttft) == pytest.approx(step_time(0, 100), rel=0.01)


def test_more_load_means_longer_waits():
    waits = [simulate_arrivals(arrivals(rate), step_time).ttft.mean() for rate in (1, 20, 60)]
    assert waits == sorted(waits)


def test_throughput_follows_the_offered_rate_until_it_saturates():
    served = simulate_arrivals(arrivals(2.0), step_time)
    assert served.rate == pytest.approx(2.0, rel=0.1)
    flooded = simulate_arrivals(arrivals(1e5, admitted=16), step_time)
    assert flooded.rate < 1000


def test_admission_limits_the_batch():
    assert simulate_arrivals(arrivals(500.0, admitted=7), step_time).live_peak <= 7


def test_the_same_request_gives_the_same_answer():
    first, second = (simulate_arrivals(arrivals(5.0), step_time) for _ in range(2))
    assert (first.ttft == second.ttft).all()


def test_spread_lengths_keep_their_mean():
    lengths = output_lengths(200, 150, 600)
    assert lengths.mean() == pytest.approx(200, rel=0.01)
    assert lengths.max() > 2 * lengths.min()


@pytest.mark.parametrize("p95", [250, 400, 700])
def test_lengths_with_a_mean_and_a_95th_percentile_have_both(p95):
    lengths = output_lengths(200, None, p95)
    assert lengths.mean() == pytest.approx(200, rel=0.01)
    assert np.percentile(lengths, 95) == pytest.approx(p95, rel=0.1)


def test_a_percentile_that_no_distribution_has_gets_the_nearest():
    assert output_lengths(200, None, 5000).mean() == pytest.approx(200, rel=0.01)
