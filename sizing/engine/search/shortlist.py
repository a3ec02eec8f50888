"""A close look at single candidates: the smallest deployment whose full estimate keeps limits."""

import math
from collections.abc import Iterator

import numpy as np
from attrs import field, frozen

from sizing.engine.answer import Estimate
from sizing.engine.calibration import Calibration
from sizing.engine.estimate import estimate
from sizing.engine.search.candidates import Candidates
from sizing.engine.search.demand import Demand, grown
from sizing.engine.search.deployments import Deployments, deployments_of
from sizing.engine.search.finalist import Finalist, finalist_of, plan_of
from sizing.engine.search.request import Constraints
from sizing.engine.search.smallest import smallest
from sizing.engine.search.words import METRICS, number
from sizing.engine.serving.open_loop import REQUESTS
from sizing.engine.workload import LlmInference

Failure = tuple[str, str]

MOST_ESTIMATES = 80
"""Full estimates of one sizing: bounds its time where the coarse picture is wrong."""
SERVED_SHARE = 0.9
"""Completed over arriving requests of a queue that keeps up, in a long run with scatter."""


@frozen(kw_only=True, eq=False, repr=False)
class Shortlist:
    """What a close look at a row needs.

    Attributes:
        workload: as asked, load and limits in it.
        fixed_size: sizes are as the candidates have them, not minimised.
        failures: reason and figures of the last failure of each row that was looked at.
    """

    candidates: Candidates
    workload: LlmInference
    demand: Demand
    constraints: Constraints
    calibration: Calibration
    fixed_size: bool = False
    failures: dict[int, Failure] = field(factory=dict, init=False)
    _known: dict[tuple[int, int, float], Estimate] = field(factory=dict, init=False)

    @property
    def tired(self) -> bool:
        """Whether so many estimates were made that the answer must do with what it has."""
        return len(self._known) >= MOST_ESTIMATES

    def look(self, row: int) -> Finalist | None:
        """The smallest acceptable deployment of a row's supply and layout; None without one."""
        step = self._step(row)
        single = self.constraints.spare_replicas
        start = max(1, math.ceil((self._working(row) + single) / step))
        if self.fixed_size:
            steps = start if self._passes(row, start * step - single) else None
        else:
            steps = smallest(start, lambda count: self._passes(row, count * step - single))
        if steps is None:
            return None
        made = self._made(row, steps * step - single)
        replicas = int(made.replicas[0])
        in_service = replicas - int(made.spare[0])
        shown = self._estimate(row, replicas, 1.0)
        sized_for = self._estimate(row, in_service, self.constraints.load_factor)
        return finalist_of(self.candidates, row, made, shown, sized_for)

    def _step(self, row: int) -> int:
        """Replicas that come together."""
        rows = self.candidates.rows
        whole = rows.unit[row] == rows.node[row]
        return int(max(rows.per_node[row], 1)) if whole else 1

    def _working(self, row: int) -> float:
        made = self.candidates.deployments
        return float(made.replicas[row] - made.spare[row])

    def _made(self, row: int, working: int) -> Deployments:
        rows = self.candidates.rows.take(np.array([row]))
        needed = np.array([float(working)])
        return deployments_of(rows, self.candidates.figures, needed, self.constraints)

    def _passes(self, row: int, working: int) -> bool:
        """Whether the load at its largest keeps all limits while spare replicas are down."""
        if working < 1:
            return False
        made = self._made(row, working)
        if not self._affordable(made):
            return False
        in_service = int(made.replicas[0] - made.spare[0])
        found = self._estimate(row, in_service, self.constraints.load_factor)
        failure = next(self._failures(found), None)
        if failure is not None:
            self.failures[row] = failure
        return failure is None

    def _affordable(self, made: Deployments) -> bool:
        limits = self.constraints
        bounds = (
            (made.count, limits.most_accelerators),
            (made.power_w, limits.power_w),
            (made.rack_units, limits.rack_units),
            (made.cost_per_h, limits.budget_per_h),
        )
        return all(bound is None or value[0] <= bound for value, bound in bounds)

    def _failures(self, found: Estimate) -> Iterator[Failure]:
        """What an estimate fails at, first things first."""
        if not found.feasible:
            yield "memory", " ".join(found.problems)
            return
        needed_gb, there_gb = found.memory.total_gb, found.memory.capacity_gb
        if needed_gb > there_gb:
            yield "memory", f"needs {needed_gb:.1f} GB per accelerator, has {there_gb:.1f} GB"
        metrics, limits = found.metrics, self.demand.limits
        for name, limit in (("ttft_ms", limits.ttft_s), ("tpot_ms", limits.tpot_s)):
            if limit is not None and name in metrics and metrics[name].value > limit * 1e3:
                value, bound = number(metrics[name].value), number(limit * 1e3)
                yield "latency", f"{METRICS[name]} {value} ms at best, limit {bound} ms"
        asked = self.demand.requests_per_s
        if asked and metrics["requests_per_s"].value < asked * self._served_share(found):
            rate = number(metrics["requests_per_s"].value)
            yield "throughput", f"{rate} requests per second at best, needed {number(asked)}"

    def _served_share(self, found: Estimate) -> float:
        """Completed over arriving requests where a queue keeps up.

        A simulated run ends one latency after its last arrival, which a short run at a high rate
        shows as a lower rate of completions.
        """
        if self.demand.mode != "open":
            return 1.0
        streams = float(found.plan["data_parallel"] * found.plan["pipeline_parallel"])
        arrivals_s = REQUESTS * streams / self.demand.requests_per_s
        drain_s = found.metrics["request_latency_ms"].value / 1e3
        return SERVED_SHARE / (1.0 + drain_s / arrivals_s)

    def _estimate(self, row: int, replicas: int, factor: float) -> Estimate:
        # Systems that share a node share the estimate.
        key = (int(self.candidates.rows.replica[row]), replicas, factor)
        if key not in self._known:
            self._known[key] = self._estimated(row, replicas, factor)
        return self._known[key]

    def _estimated(self, row: int, replicas: int, factor: float) -> Estimate:
        rows = self.candidates.rows
        supply = self.candidates.supplies[rows.supply[row]]
        count = replicas * int(rows.ranks[row])
        return estimate(
            grown(self.workload, factor),
            supply.deployment(count),
            plan_of(self.candidates, row, replicas, self._max_batch(row)),
            self.calibration,
        )

    def _max_batch(self, row: int) -> int | None:
        """A full queue is only kept within a TPOT limit by a smaller batch."""
        if self.demand.mode != "offline" or self.demand.limits.tpot_s is None:
            return None
        replica = self.candidates.rows.replica[row]
        room = self.candidates.needs.room[replica]
        return int(room) if room < self.candidates.curves.most[replica] else None
