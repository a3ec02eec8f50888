"""Choose the finalists: the best of every kind of hardware, then frontier points, then others."""

from collections.abc import Iterator

import numpy as np

from sizing.engine.search.candidates import Candidates
from sizing.engine.search.finalist import Finalist
from sizing.engine.search.layouts import IntArray
from sizing.engine.search.selection import Group, followers, leaders, unbeaten
from sizing.engine.search.shortlist import Shortlist

SPARE_LOOKS = 3
"""Finalists looked at beyond the limit: the coarse order can be off by a place or two."""


def pick_finalists(
    candidates: Candidates, order: IntArray, limit: int, shortlist: Shortlist
) -> list[Finalist]:
    """At least `limit` finalists where there are as many, few near-duplicates among them.

    Args:
        order: rows from best to worst.
    """
    wanted = limit + SPARE_LOOKS
    best = leaders(candidates, order)
    reserved = min(limit // 4, max(len(best) - limit, 0))
    finalists: dict[int, Finalist] = {}
    for group in best:
        if len(finalists) >= wanted - reserved or shortlist.tired:
            break
        _add(finalists, group, shortlist)
    for group in _others(candidates, order, best):
        if len(finalists) >= wanted or shortlist.tired:
            break
        _add(finalists, group, shortlist)
    return list(finalists.values())


def _others(candidates: Candidates, order: IntArray, best: list[Group]) -> Iterator[Group]:
    yield from (Group(("frontier", row), (row,)) for row in _frontier_rows(candidates, order))
    yield from best
    yield from followers(candidates, order)


def _frontier_rows(candidates: Candidates, order: IntArray) -> Iterator[int]:
    rows = order[candidates.feasible[order]]
    cost = candidates.deployments.cost_per_h[rows]
    for position in unbeaten(np.where(np.isnan(cost), np.inf, cost), candidates.latency_s[rows]):
        yield int(rows[position])


def _add(finalists: dict[int, Finalist], group: Group, shortlist: Shortlist) -> None:
    """The first row of a group that passes; a group that is in already adds nothing."""
    if any(row in finalists for row in group.rows):
        return
    for row in group.rows:
        finalist = shortlist.look(row)
        if finalist is not None:
            finalists[row] = finalist
            return
