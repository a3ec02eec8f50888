"""Which candidates are looked at closely: variety first, near-duplicates last."""

from collections.abc import Hashable, Iterator, Sequence

import numpy as np
from attrs import frozen

from sizing.engine.operations import Array
from sizing.engine.search.candidates import Candidates
from sizing.engine.search.layouts import IntArray

TRIES = 3
"""Layouts of one group that are looked at before the group is given up."""


@frozen
class Group:
    """Rows that stand for the same thing on a list, best first."""

    key: Hashable
    rows: tuple[int, ...]


def leaders(candidates: Candidates, order: IntArray) -> list[Group]:
    """The best of every accelerator variant and kind of system, best group first."""
    systems = [supply.system for supply in candidates.supplies]
    keys = [(system.accelerator.slug, system.kind) for system in systems]
    return _grouped(candidates, order, keys)


def followers(candidates: Candidates, order: IntArray) -> list[Group]:
    """The best of every single system, best first."""
    keys = [
        (supply.system.kind, supply.system.slug, supply.system.count, supply.acquisition)
        for supply in candidates.supplies
    ]
    return _grouped(candidates, order, keys)


def _grouped(candidates: Candidates, order: IntArray, keys: Sequence[Hashable]) -> list[Group]:
    numbers: dict[Hashable, int] = {}
    of_supply = np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
    ordered = order[candidates.feasible[order]]
    group = of_supply[candidates.rows.supply[ordered]]
    first = np.argsort(group, kind="stable")
    found, starts = np.unique(group[first], return_index=True)
    ends = np.minimum(starts + TRIES, np.append(starts[1:], len(first)))
    names = list(numbers)
    groups = [
        Group(names[number], tuple(map(int, first[start:end])))
        for number, start, end in zip(found, starts, ends, strict=True)
    ]
    groups.sort(key=lambda group: group.rows[0])
    return [Group(group.key, tuple(map(int, ordered[list(group.rows)]))) for group in groups]


def unbeaten(cost: Array, slowness: Array) -> Iterator[int]:
    """Positions that no other beats on both; of equal ones the first. Cheapest first.

    Args:
        cost, slowness: smaller is better; positions with an unknown cost are left out.
    """
    best = np.inf
    for position in np.lexsort((slowness, cost)):
        if np.isfinite(cost[position]) and slowness[position] < best:
            best = slowness[position]
            yield int(position)
