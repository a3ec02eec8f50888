"""Every (supply, layout) pair as a row, and the distinct replicas behind them.

Hundreds of systems share a few dozen kinds of node, and a replica inside a node does not care how
large that node is: each distinct replica is predicted once and joined to its many rows.
"""

from collections.abc import Callable, Sequence

import numpy as np
from attrs import frozen

from sizing.engine.hardware import LINK_KINDS, Deployment
from sizing.engine.operations import Array
from sizing.engine.search.layouts import IntArray, Layouts, Traits, layouts_for_node
from sizing.engine.search.supply import Supply

LAYOUT_FIELDS = ("tp", "pp", "attention_dp", "ep", "etp")


@frozen(kw_only=True, eq=False, repr=False)
class Replicas:
    """Distinct replicas; arrays of shape (replicas,).

    Attributes:
        deployments: distinct places of replicas.
        deployment: index into them.
        tp, pp, attention_dp, ep, etp: as in the contract's plan.
    """

    deployments: tuple[Deployment, ...]
    deployment: IntArray
    tp: IntArray
    pp: IntArray
    attention_dp: IntArray
    ep: IntArray
    etp: IntArray

    def __len__(self) -> int:
        return len(self.tp)

    def take(self, index: IntArray) -> "Replicas":
        """The same places and the layouts picked by `index`."""
        columns = {name: getattr(self, name)[index] for name in ("deployment", *LAYOUT_FIELDS)}
        return Replicas(deployments=self.deployments, **columns)

    def of_deployment(self, fact: Callable[[Deployment], float]) -> Array:
        """A fact of each replica's place, shape (replicas,)."""
        return np.array([fact(place) for place in self.deployments], dtype=np.float64)[
            self.deployment
        ]


@frozen(kw_only=True, eq=False, repr=False)
class Rows:
    """All (supply, layout) pairs; arrays of shape (rows,).

    Attributes:
        supply: index into the supplies.
        replica: index into `replicas`.
        ranks: accelerators of one replica.
        per_node: replicas of one node, 0 where a replica spans nodes.
        nodes: nodes of one replica.
        node, unit: accelerators of a node, and that come together.
    """

    replicas: Replicas
    supply: IntArray
    replica: IntArray
    ranks: IntArray
    per_node: IntArray
    nodes: IntArray
    node: IntArray
    unit: IntArray

    def take(self, index: IntArray) -> "Rows":
        """Some of the rows."""
        names = ("supply", "replica", "ranks", "per_node", "nodes", "node", "unit")
        return Rows(replicas=self.replicas, **{name: getattr(self, name)[index] for name in names})


def rows_of(supplies: Sequence[Supply], traits: Traits, most: int) -> Rows:
    """Pair every supply with every layout that its nodes allow.

    Args:
        most: accelerators that a deployment may have.
    """
    tables = [
        layouts_for_node(supply.node, traits, whole_nodes=supply.whole_nodes, most=most)
        for supply in supplies
    ]
    sizes = np.array([len(table.tp) for table in tables], dtype=np.int64)
    supply = np.repeat(np.arange(len(supplies)), sizes)
    columns = {
        name: _joined(tables, name) for name in (*LAYOUT_FIELDS, "ranks", "replicas", "nodes")
    }
    node = np.array([supply.node for supply in supplies], dtype=np.int64)[supply]
    unit = np.array([supply.unit for supply in supplies], dtype=np.int64)[supply]
    kept = (unit == node) | (columns["ranks"] % unit == 0) | (unit % columns["ranks"] == 0)
    supply, node, unit = supply[kept], node[kept], unit[kept]
    columns = {name: column[kept] for name, column in columns.items()}
    replicas, replica = _distinct(supplies, supply, node, columns)
    return Rows(
        replicas=replicas,
        supply=supply,
        replica=replica,
        ranks=columns["ranks"],
        per_node=columns["replicas"],
        nodes=columns["nodes"],
        node=node,
        unit=unit,
    )


def _joined(tables: Sequence[Layouts], name: str) -> IntArray:
    if not tables:
        return np.zeros(0, dtype=np.int64)
    return np.concatenate([getattr(table, name) for table in tables])


def _distinct(
    supplies: Sequence[Supply], supply: IntArray, node: IntArray, columns: dict[str, IntArray]
) -> tuple[Replicas, IntArray]:
    """Rows that cannot differ in speed share a replica: unused links do not tell them apart."""
    accelerators: dict[str, int] = {}
    fabrics: dict[float | None, int] = {}
    facts = np.array(
        [
            (
                accelerators.setdefault(item.system.accelerator.slug, len(accelerators)),
                LINK_KINDS.index(item.system.interconnect),
                fabrics.setdefault(item.system.node_bytes_per_s, len(fabrics)),
            )
            for item in supplies
        ],
        dtype=np.int64,
    ).reshape(-1, 3)[supply]
    alone, across = columns["ranks"] == 1, columns["nodes"] > 1
    places = np.stack(
        [
            facts[:, 0],
            np.where(alone, -1, facts[:, 1]),
            np.where(across, node, -1),
            np.where(across, facts[:, 2], -1),
        ],
        axis=1,
    )
    layouts = np.stack([columns[name] for name in LAYOUT_FIELDS], axis=1)
    keys = np.concatenate([places, layouts], axis=1)
    found, first, replica = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    _, place_first, place = np.unique(found[:, :4], axis=0, return_index=True, return_inverse=True)
    deployments = tuple(
        supplies[supply[row]].deployment(int(node[row])) for row in first[place_first]
    )
    chosen = {name: columns[name][first] for name in LAYOUT_FIELDS}
    return (
        Replicas(deployments=deployments, deployment=place.reshape(-1), **chosen),
        replica.reshape(-1),
    )
