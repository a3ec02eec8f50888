"""One deployment that passed a close look."""

from typing import Any

import numpy as np
from attrs import frozen

from sizing.engine.answer import Estimate
from sizing.engine.search.candidates import Candidates
from sizing.engine.search.deployments import Deployments
from sizing.engine.search.supply import Supply


@frozen(kw_only=True)
class Finalist:
    """A deployment with its full estimate.

    Attributes:
        row: of the candidates; equal ones stand in the order of the catalog.
        replicas, spare: as in `Deployments`.
        room: requests in flight that one replica could hold within the limits.
        cost_per_h, power_w, rack_units: None where unknown.
        estimate: at the load as stated, with everything in service.
        sized_for: at the load that was sized for, without the spares.
    """

    row: int
    supply: Supply
    replicas: int
    spare: int
    room: int
    count: int
    nodes: int
    cost_per_h: float | None
    power_w: float | None
    rack_units: float | None
    estimate: Estimate
    sized_for: Estimate

    def metric(self, name: str) -> float | None:
        """Value of a metric of the estimate, None where it does not apply."""
        found = self.estimate.metrics.get(name)
        return None if found is None else found.value

    @property
    def tokens_per_h(self) -> float | None:
        """Output tokens of one hour, None for other workloads."""
        rate = self.metric("output_tokens_per_s")
        return None if rate is None else rate * 3600.0

    def per_million_tokens(self, per_h: float | None) -> float | None:
        """An hourly quantity per million output tokens."""
        tokens = self.tokens_per_h
        return None if per_h is None or not tokens else per_h / tokens * 1e6


def finalist_of(
    candidates: Candidates, row: int, made: Deployments, found: Estimate, sized_for: Estimate
) -> Finalist:
    """The finalist of a row; `made` holds its one deployment."""
    return Finalist(
        row=row,
        supply=candidates.supplies[candidates.rows.supply[row]],
        replicas=int(made.replicas[0]),
        spare=int(made.spare[0]),
        room=int(candidates.needs.room[candidates.rows.replica[row]]),
        count=int(made.count[0]),
        nodes=int(made.nodes[0]),
        cost_per_h=_known(made.cost_per_h[0]),
        power_w=_known(made.power_w[0]),
        rack_units=_known(made.rack_units[0]),
        estimate=found,
        sized_for=sized_for,
    )


def _known(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)


def plan_of(
    candidates: Candidates, row: int, replicas: int, max_batch: int | None
) -> dict[str, int]:
    """The contract's plan of a row with so many replicas."""
    layouts, index = candidates.rows.replicas, candidates.rows.replica[row]
    plan = {
        "tensor_parallel": int(layouts.tp[index]),
        "pipeline_parallel": int(layouts.pp[index]),
        "data_parallel": replicas,
        "attention_data_parallel": int(layouts.attention_dp[index]),
        "expert_parallel": int(layouts.ep[index]),
        "expert_tensor_parallel": int(layouts.etp[index]),
    }
    return plan if max_batch is None else {**plan, "max_batch": max_batch}
