import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sizing.engine.collectives import collective_seconds
from sizing.engine.operations import Collective
from sizing.engine.rates import Setting, rates_of
from tests.sizing.engine.engine_parts import H100

SETTING = Setting(
    engine="vllm-v1",
    link="nvswitch",
    node_bytes_per_s=50e9,
    activations="bf16",
    kv_cache="bf16",
    weights=("bf16",),
)
RATES = rates_of([H100], [SETTING], {})


def seconds(kind="all_reduce", size=1e6, ranks=8, per_node=8.0, count=1.0):
    message = Collective(
        part="test",
        kind=kind,
        bytes=np.array([size]),
        count=np.array([count]),
        ranks=np.array([float(ranks)]),
    )
    return float(collective_seconds(message, RATES, np.array([per_node]))[0])


KINDS = st.sampled_from(["all_reduce", "all_gather", "all_to_all", "p2p"])


@pytest.mark.parametrize("kind", ["all_reduce", "all_gather", "all_to_all"])
def test_a_single_rank_sends_nothing(kind):
    assert seconds(kind, ranks=1) == 0.0


@given(kind=KINDS, size=st.floats(1e2, 1e9), more=st.floats(1.0, 100.0))
def test_more_bytes_never_take_less_time(kind, size, more):
    assert seconds(kind, size * more) >= seconds(kind, size)


def test_small_messages_cost_their_start_up():
    assert seconds(size=8.0) == pytest.approx(seconds(size=800.0), rel=0.05)


def test_large_messages_approach_the_bandwidth_bound():
    size = 4e9
    bound = 2 * 7 / 8 * size / (0.65 * 450e9)
    assert seconds(size=size) == pytest.approx(bound, rel=0.05)


def test_small_all_reduces_take_the_one_shot_path():
    ring_start = 2 * 8e-6 + 2 * 7 * 6e-7
    assert seconds(size=1e3) < ring_start


def test_crossing_nodes_costs_more():
    assert seconds(ranks=16, per_node=8.0) > seconds(ranks=16, per_node=16.0)


def test_messages_of_a_step_follow_one_another():
    assert seconds(count=10.0) == pytest.approx(10 * seconds())
