import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.states import ACTIVE, FINAL, RunStatus, may_move

STATUSES = st.sampled_from(list(RunStatus))


@given(STATUSES)
def test_no_state_follows_itself(status):
    assert not may_move(status, status)


@given(st.sampled_from(sorted(FINAL)), STATUSES)
def test_an_end_is_never_left(end, to):
    assert not may_move(end, to)


@given(STATUSES)
def test_nothing_returns_to_queued(status):
    assert not may_move(status, RunStatus.QUEUED)


@given(st.lists(STATUSES, max_size=20))
def test_any_order_of_messages_moves_a_run_at_most_twice(wishes):
    status, moves = RunStatus.QUEUED, 0
    for wish in wishes:
        if may_move(status, wish):
            status, moves = wish, moves + 1
    assert moves <= 2


@pytest.mark.parametrize("active", sorted(ACTIVE))
def test_every_active_state_can_fail(active):
    assert may_move(active, RunStatus.FAILED)
