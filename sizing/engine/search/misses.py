"""Why a row is no answer: the first check it fails, and by how much."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen

from sizing.engine.operations import Array
from sizing.engine.search.curves import Curves
from sizing.engine.search.demand import Demand
from sizing.engine.search.deployments import Deployments
from sizing.engine.search.needs import Needs
from sizing.engine.search.replicas import Rows
from sizing.engine.search.request import Constraints

Mask = npt.NDArray[np.bool_]

STAGES = (
    "memory",
    "latency",
    "throughput",
    "max_accelerators",
    "power",
    "rack_units",
    "budget",
)
"""Checks in the order in which a deployment passes them; later is nearer to an answer."""


@frozen(kw_only=True, eq=False, repr=False)
class Misses:
    """Arrays of shape (rows,).

    Attributes:
        stage: index into `STAGES` of the first check that fails; `len(STAGES)` where all pass.
        ratio: what is needed over what is there, in that check; infinite where unknown.
    """

    stage: npt.NDArray[np.int64]
    ratio: Array

    @property
    def feasible(self) -> Mask:
        """Rows that pass every check."""
        return np.asarray(self.stage == len(STAGES))


def misses_of(
    *,
    rows: Rows,
    curves: Curves,
    needs: Needs,
    deployments: Deployments,
    demand: Demand,
    constraints: Constraints,
) -> Misses:
    """The first check each row fails, and how far it is from passing."""
    replica = rows.replica
    checks: Sequence[tuple[Mask, Array]] = (
        (curves.most[replica] < 1, curves.shortfall_bytes[replica]),
        (needs.room[replica] < 1, _latency_ratio(needs, demand)[replica]),
        _throughput(needs, demand, replica),
        _over(deployments.count, constraints.most_accelerators),
        _over(deployments.power_w, constraints.power_w),
        _over(deployments.rack_units, constraints.rack_units),
        _over(deployments.cost_per_h, constraints.budget_per_h),
    )
    stage = np.full(len(replica), len(STAGES), dtype=np.int64)
    ratio = np.ones(len(replica))
    for index in reversed(range(len(checks))):
        fails, amount = checks[index]
        stage, ratio = np.where(fails, index, stage), np.where(fails, amount, ratio)
    return Misses(stage=stage, ratio=np.where(np.isnan(ratio), np.inf, ratio))


def _latency_ratio(needs: Needs, demand: Demand) -> Array:
    limits = demand.limits
    ttft = needs.best_ttft_s / limits.ttft_s if limits.ttft_s else np.zeros(len(needs.room))
    tpot = needs.best_tpot_s / limits.tpot_s if limits.tpot_s else np.zeros(len(needs.room))
    return np.asarray(np.maximum(ttft, tpot))


def _throughput(needs: Needs, demand: Demand, replica: npt.NDArray[np.int64]) -> tuple[Mask, Array]:
    """No number of replicas carries the demand: a fixed set of requests can be too few."""
    fails = ~np.isfinite(needs.replicas[replica])
    asked = demand.requests_per_s or 1.0
    return fails, asked / np.maximum(needs.best_requests_per_s[replica], 1e-12)


def _over(value: Array, limit: float | None) -> tuple[Mask, Array]:
    """An unknown value cannot be shown to keep a limit."""
    if limit is None:
        return np.zeros(len(value), dtype=np.bool_), value
    return ~(value <= limit), value / limit
