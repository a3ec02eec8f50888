import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sizing.engine.serving.closed_loop import Population, closed_loop_schedule
from sizing.engine.serving.static import static_schedule


def population(**changes):
    fields = {
        "users": 8,
        "total": 40,
        "admitted": 64,
        "new_tokens": 100,
        "cached_tokens": 0,
        "output_tokens": 50,
        "step_tokens": 400,
        "chunked": False,
    }
    return Population(**{**fields, **changes})


SYSTEMS = st.builds(
    population,
    users=st.integers(1, 40),
    total=st.integers(1, 120),
    admitted=st.integers(1, 40),
    new_tokens=st.integers(1, 700),
    output_tokens=st.integers(1, 200),
    step_tokens=st.integers(32, 900),
    chunked=st.booleans(),
    turnaround_steps=st.sampled_from([0.0, 0.7, 3.0]),
    front_end_steps=st.sampled_from([0.0, 0.3]),
    steps_per_token=st.sampled_from([0.0, 0.02]),
    mixes=st.booleans(),
    length_spread=st.sampled_from([0.0, 0.2]),
)


def steps_of(schedule):
    return schedule.step, schedule.repeats


@given(system=SYSTEMS)
@settings(max_examples=60)
def test_every_prompt_token_is_computed_once(system):
    schedule = closed_loop_schedule(system)
    step, repeats = steps_of(schedule)
    assert repeats @ step.prefill_tokens == pytest.approx(system.total * system.new_tokens)


@given(system=SYSTEMS)
@settings(max_examples=60)
def test_every_output_token_but_the_first_is_decoded_once(system):
    schedule = closed_loop_schedule(system)
    step, repeats = steps_of(schedule)
    gaps = max(system.output_tokens - 1, 0)
    decoded = float(repeats @ step.decode_tokens)
    spread = system.length_spread * system.output_tokens + 1.0
    assert decoded == pytest.approx(system.total * gaps, abs=spread * system.total)


@given(system=SYSTEMS)
@settings(max_examples=60)
def test_no_more_requests_run_than_are_admitted(system):
    schedule = closed_loop_schedule(system)
    assert schedule.decoding.max() <= system.admitted + 1e-9
    assert schedule.live <= system.admitted


@given(system=SYSTEMS)
@settings(max_examples=40)
def test_users_are_conserved(system):
    schedule = closed_loop_schedule(system)
    assert (schedule.waiting + schedule.decoding).max() <= min(system.users, system.total) + 1e-6


def test_a_single_user_runs_like_a_static_batch_of_one():
    loop = closed_loop_schedule(population(users=1, total=5))
    static = static_schedule(1, new_tokens=100, cached_tokens=0, output_tokens=50)
    seconds = 1.0
    assert loop.ttft_s(np.full(len(loop.repeats), seconds)) == pytest.approx(
        static.ttft_s(np.full(3, seconds))
    )
    assert loop.decode_s(np.full(len(loop.repeats), seconds)) == pytest.approx(
        static.decode_s(np.full(3, seconds))
    )


def test_little_s_law_gives_the_mean_of_the_traced_times():
    schedule = closed_loop_schedule(population(users=20, total=100, admitted=12))
    step_s = 0.01 + 1e-4 * schedule.step.prefill_tokens
    arrived, first, last = schedule.trace.times(step_s)
    assert schedule.ttft_s(step_s) == pytest.approx((first - arrived).mean())
    assert schedule.decode_s(step_s) == pytest.approx((last - first).mean())


def test_users_beyond_memory_wait_for_a_whole_wave():
    def wait(users):
        schedule = closed_loop_schedule(population(users=users, total=5 * users, admitted=16))
        return schedule.ttft_s(np.ones(len(schedule.repeats)))

    assert wait(32) > 5 * wait(16)


def test_decoding_pauses_where_steps_do_not_mix():
    step = closed_loop_schedule(population(mixes=False)).step
    assert not ((step.prefill_tokens > 0) & (step.decode_tokens > 0)).any()


def test_a_turnaround_keeps_users_in_step():
    def groups(turnaround):
        schedule = closed_loop_schedule(
            population(users=16, total=160, turnaround_steps=turnaround)
        )
        return schedule.ttft_s(1e-3 + schedule.step.prefill_tokens)

    assert groups(4) > groups(0)
