"""Time of messages between accelerators: start-up, hops, bandwidth.

Ring and one-shot forms as in sizing.md E7; constants are calibrated per kind of link.
"""

import numpy as np

from sizing.engine.operations import Array, Collective
from sizing.engine.rates import Rates

STEPS_PER_HOP = {"all_reduce": 2.0, "all_gather": 1.0, "all_to_all": 1.0, "p2p": 1.0}


def collective_seconds(message: Collective, rates: Rates, per_node: Array) -> Array:
    """Seconds of all messages of one kind in a step, shape (points,).

    Inside a node the faster of two algorithms counts: a ring (2(n-1)/n of the tensor over the
    link, n-1 hops each way) and the one-shot exchange (every rank reads all others' tensors at
    once, one hop). Groups larger than a node add the same over the network between nodes.

    Args:
        message: bytes, count and ranks, each (points,).
        per_node: accelerators of one node, shape (points,).
    """
    inside = np.minimum(message.ranks, per_node)
    nodes = np.ceil(message.ranks / np.maximum(per_node, 1.0))
    seconds = _one_level(message, inside, rates, "")
    seconds = seconds + _one_level(message, nodes, rates, "network")
    return np.asarray(np.where(message.ranks > 1, seconds * message.count, 0.0))


def _one_level(message: Collective, ranks: Array, rates: Rates, where: str) -> Array:
    start, hop = rates("link_start_s", where), rates("link_hop_s", where)
    bandwidth = rates("link_bandwidth", where)
    others = np.maximum(ranks - 1.0, 0.0)
    rounds = STEPS_PER_HOP[message.kind]
    if message.kind in ("p2p", "all_to_all"):
        seconds = start + hop * others + message.bytes / bandwidth
    else:
        ring = 2 * start + rounds * others * hop
        ring = ring + rounds * others / np.maximum(ranks, 1.0) * message.bytes / bandwidth
        one_shot = start + hop * others + others * message.bytes / bandwidth
        seconds = np.minimum(ring, one_shot) if message.kind == "all_reduce" else ring
    return np.asarray(np.where(ranks > 1, seconds, 0.0))
