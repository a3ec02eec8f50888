import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sizing.engine.search.layouts import Traits, layouts_for_node

traits = st.builds(
    Traits,
    query_heads=st.sampled_from([1, 8, 12, 32, 64, 71]),
    layers=st.integers(1, 128),
    experts=st.sampled_from([0, 8, 64, 256]),
)
nodes = st.sampled_from([1, 2, 4, 6, 8, 10, 16, 72])


@given(nodes, traits, st.booleans(), st.sampled_from([1, 8, 64, 256]))
def test_every_layout_can_run(node, of, whole, most):
    made = layouts_for_node(node, of, whole_nodes=whole, most=most)
    assert np.all(made.tp * made.pp * made.attention_dp == made.ranks)
    assert np.all(made.ep * made.etp == made.tp * made.attention_dp)
    assert np.all(of.query_heads % made.tp == 0)
    assert np.all(made.pp <= of.layers)
    assert np.all(made.ranks <= max(most, node))


@given(nodes, traits)
def test_tensor_parallelism_stays_within_a_node(node, of):
    made = layouts_for_node(node, of, whole_nodes=True, most=64)
    assert np.all(made.tp <= node)


@given(nodes, traits)
def test_replicas_fill_whole_nodes(node, of):
    made = layouts_for_node(node, of, whole_nodes=True, most=64)
    assert np.all((node % made.ranks == 0) | (made.ranks % node == 0))


@given(nodes, traits)
def test_one_accelerator_per_replica_is_always_a_choice(node, of):
    made = layouts_for_node(node, of, whole_nodes=True, most=64)
    assert 1 in made.ranks


def test_only_experts_are_spread_over_expert_parallel_ranks():
    dense = layouts_for_node(
        8, Traits(query_heads=32, layers=32, experts=0), whole_nodes=True, most=64
    )
    assert np.all(dense.ep == 1)


def test_layouts_are_listed_once():
    made = layouts_for_node(
        8, Traits(query_heads=64, layers=60, experts=256), whole_nodes=True, most=64
    )
    rows = np.stack([made.tp, made.pp, made.attention_dp, made.ep, made.etp], axis=1)
    assert len(np.unique(rows, axis=0)) == len(rows)
