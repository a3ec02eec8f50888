"""Ways to lay one replica of a model over accelerators: tensor, pipeline and expert parallelism."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from attrs import frozen

from sizing.engine.models import ModelSpec

IntArray = npt.NDArray[np.int64]

MOST_STAGES_IN_NODE = 8
NODES_PER_REPLICA = (2, 3, 4, 6, 8, 12, 16)
SMALLEST_CLUSTER_NODE = 4
"""Replicas only span nodes of at least so many accelerators: smaller nodes lack the fabric."""


@frozen(kw_only=True)
class Traits:
    """What of a model decides how it can be split; hashable, so that layouts are made once."""

    query_heads: int
    layers: int
    experts: int


@frozen(kw_only=True, eq=False, repr=False)
class Layouts:
    """Replica layouts that a node of one size allows; arrays of shape (layouts,).

    Attributes:
        tp, pp, attention_dp, ep, etp: as in the contract's plan.
        ranks: accelerators of one replica.
        replicas: of one node; 0 where a replica spans nodes.
        nodes: of one replica, at least 1.
    """

    tp: IntArray
    pp: IntArray
    attention_dp: IntArray
    ep: IntArray
    etp: IntArray
    ranks: IntArray
    replicas: IntArray
    nodes: IntArray


def traits_of(model: ModelSpec) -> Traits:
    """The traits that limit a model's layouts."""
    return Traits(
        query_heads=model.query_heads, layers=max(model.layer_count, 1), experts=model.experts
    )


@lru_cache(maxsize=4096)
def layouts_for_node(node: int, traits: Traits, *, whole_nodes: bool, most: int) -> Layouts:
    """All layouts of one replica on nodes of `node` accelerators.

    Args:
        node: accelerators that share a link.
        traits: of the model.
        whole_nodes: only whole nodes can be had, so replicas must divide them; else any number.
        most: accelerators that a deployment may have.
    """
    inside = _inside_node(node, traits, whole_nodes)
    across = _across_nodes(node, traits, most)
    rows = [row for row in (*inside, *across) if row[0] * row[1] * row[2] <= max(most, node)]
    return _layouts(np.array(sorted(set(rows)), dtype=np.int64).reshape(-1, 5), node)


Row = tuple[int, int, int, int, int]


def _layouts(rows: IntArray, node: int) -> Layouts:
    tp, pp, attention_dp, ep, etp = rows.T
    ranks = tp * pp * attention_dp
    return Layouts(
        tp=tp,
        pp=pp,
        attention_dp=attention_dp,
        ep=ep,
        etp=etp,
        ranks=ranks,
        replicas=node // ranks,
        nodes=-(-ranks // node),
    )


def _inside_node(node: int, traits: Traits, whole_nodes: bool) -> Iterator[Row]:
    sizes = _divisors(node) if whole_nodes else _handy_sizes(node)
    for tp in sizes:
        if traits.query_heads % tp:
            continue
        for pp in sizes:
            fits = node % (tp * pp) == 0 if whole_nodes else tp * pp <= node
            if fits and pp <= min(traits.layers, MOST_STAGES_IN_NODE):
                yield from _with_experts(tp, pp, traits)
    yield from (_attention_parallel(n) for n in sizes if n > 1 and _spreads(traits, n))


def _across_nodes(node: int, traits: Traits, most: int) -> Iterator[Row]:
    if node < SMALLEST_CLUSTER_NODE:
        return
    tp = max(size for size in _divisors(node) if traits.query_heads % size == 0)
    for nodes in NODES_PER_REPLICA:
        stages = nodes * node // tp
        if nodes * node > most:
            return
        if stages <= traits.layers:
            yield from _with_experts(tp, stages, traits)
        if _spreads(traits, nodes * node):
            yield _attention_parallel(nodes * node)


def _with_experts(tp: int, pp: int, traits: Traits) -> Iterator[Row]:
    yield (tp, pp, 1, 1, tp)
    if tp > 1 and _spreads(traits, tp):
        yield (tp, pp, 1, tp, 1)


def _attention_parallel(ranks: int) -> Row:
    """Every rank attends for its own requests and keeps its share of the experts."""
    return (1, 1, ranks, ranks, 1)


def _spreads(traits: Traits, ranks: int) -> bool:
    return traits.experts > 0 and traits.experts % ranks == 0


def _divisors(number: int) -> list[int]:
    return [size for size in range(1, number + 1) if number % size == 0]


def _handy_sizes(node: int) -> list[int]:
    powers = [2**exponent for exponent in range(node.bit_length()) if 2**exponent <= node]
    return sorted({*_divisors(node), *powers})
