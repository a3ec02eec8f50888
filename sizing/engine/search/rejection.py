"""One line for every variant that no recommendation uses: how near it came."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import asdict, frozen

from sizing.engine.hardware import Accelerator
from sizing.engine.search.candidates import Candidates
from sizing.engine.search.demand import Demand
from sizing.engine.search.misses import STAGES
from sizing.engine.search.request import Constraints
from sizing.engine.search.supply import Exclusion
from sizing.engine.search.words import amount, number, plural

GB = 1e9


@frozen(kw_only=True)
class Rejection:
    """A variant that is not recommended.

    Attributes:
        accelerator: slug.
        reason: the check that it failed, one word.
        nearest_miss: what was needed and what is there, of its best configuration.
    """

    accelerator: str
    name: str
    vendor: str
    family: str
    reason: str
    nearest_miss: str

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return asdict(self)


def rejection(accelerator: Accelerator, reason: str, nearest_miss: str) -> Rejection:
    """A rejection of a variant."""
    return Rejection(
        accelerator=accelerator.slug,
        name=accelerator.name,
        vendor=accelerator.vendor,
        family=accelerator.family,
        reason=reason,
        nearest_miss=nearest_miss,
    )


def excluded_first(exclusions: Iterable[Exclusion]) -> dict[str, Rejection]:
    """The first exclusion of each variant, by slug."""
    found: dict[str, Rejection] = {}
    for item in exclusions:
        found.setdefault(
            item.accelerator.slug, rejection(item.accelerator, item.reason, item.detail)
        )
    return found


def nearest_misses(
    candidates: Candidates, demand: Demand, constraints: Constraints, limit: int
) -> dict[str, Rejection]:
    """The best row of each variant and why it is no recommendation, by slug."""
    misses = candidates.misses
    numbers: dict[str, int] = {}
    of_supply = np.array(
        [
            numbers.setdefault(supply.system.accelerator.slug, len(numbers))
            for supply in candidates.supplies
        ],
        dtype=np.int64,
    )
    variant = of_supply[candidates.rows.supply]
    order = np.lexsort((candidates.deployments.count, misses.ratio, -misses.stage, variant))
    _, first = np.unique(variant[order], return_index=True)
    sentences = _Sentences(
        candidates=candidates, demand=demand, constraints=constraints, limit=limit
    )
    found = {}
    for row in map(int, order[first]):
        accelerator = candidates.supplies[candidates.rows.supply[row]].system.accelerator
        reason = (*STAGES, "limit")[misses.stage[row]]
        found[accelerator.slug] = rejection(accelerator, reason, sentences.of(row, reason))
    return found


@frozen(kw_only=True)
class _Sentences:
    candidates: Candidates
    demand: Demand
    constraints: Constraints
    limit: int

    def of(self, row: int, reason: str) -> str:
        makers: Mapping[str, Any] = {
            "memory": self._memory,
            "latency": self._latency,
            "throughput": self._throughput,
            "max_accelerators": self._count,
            "power": self._power,
            "rack_units": self._space,
            "budget": self._budget,
            "limit": self._limit,
        }
        return str(makers[reason](row))

    def _memory(self, row: int) -> str:
        supply = self.candidates.supplies[self.candidates.rows.supply[row]]
        capacity = supply.system.accelerator.capacity_bytes
        replica = self.candidates.rows.replica[row]
        needed = capacity + self.candidates.curves.shortfall_bytes[replica]
        ranks = int(self.candidates.rows.ranks[row])
        where = "the accelerator" if ranks == 1 else f"each of {ranks} accelerators"
        return f"needs {needed / GB:.1f} GB on {where}, has {capacity / GB:.1f} GB"

    def _latency(self, row: int) -> str:
        return "; ".join(self._slow(int(self.candidates.rows.replica[row])))

    def _slow(self, replica: int) -> Iterator[str]:
        needs, limits = self.candidates.needs, self.demand.limits
        for name, best, limit in (
            ("TTFT", needs.best_ttft_s, limits.ttft_s),
            ("TPOT", needs.best_tpot_s, limits.tpot_s),
        ):
            if limit is not None and best[replica] > limit:
                yield (
                    f"{name} {number(best[replica] * 1e3)} ms at best, "
                    f"limit {number(limit * 1e3)} ms"
                )

    def _throughput(self, row: int) -> str:
        needs, replica = self.candidates.needs, self.candidates.rows.replica[row]
        if self.demand.requests_per_s:
            best = number(float(needs.best_requests_per_s[replica]))
            return (
                f"{best} requests per second within the limits on one replica; no number of "
                f"replicas reaches {number(self.demand.requests_per_s)}"
            )
        room = plural(float(needs.room[replica]), "request")
        return f"one replica holds {room} within the limits, too few for the load"

    def _count(self, row: int) -> str:
        count = self.candidates.deployments.count[row]
        return (
            f"needs {plural(float(count), 'accelerator')}, "
            f"limit {self.constraints.most_accelerators}"
        )

    def _power(self, row: int) -> str:
        power = self.candidates.deployments.power_w[row]
        if np.isnan(power):
            return "its power is not known, so the limit cannot be checked"
        return f"draws {number(power)} W, limit {number(self.constraints.power_w or 0)} W"

    def _space(self, row: int) -> str:
        units = self.candidates.deployments.rack_units[row]
        if np.isnan(units):
            return "its height is not known, so the limit cannot be checked"
        return f"takes {number(units)} rack units, limit {number(self.constraints.rack_units or 0)}"

    def _budget(self, row: int) -> str:
        cost = self.candidates.deployments.cost_per_h[row]
        price = self.candidates.supplies[self.candidates.rows.supply[row]].price
        if np.isnan(cost) or price is None:
            return "no comparable price is known, so the budget cannot be checked"
        budget = amount(self.constraints.budget_per_h or 0.0, price.currency)
        return f"costs {amount(float(cost), price.currency)} per hour, budget {budget}"

    def _limit(self, row: int) -> str:
        cost = self.candidates.deployments.cost_per_h[row]
        price = self.candidates.supplies[self.candidates.rows.supply[row]].price
        known = price is not None and not np.isnan(cost)
        about = (
            f" at about {amount(float(cost), price.currency)} per hour" if known and price else ""
        )
        return f"meets the request{about}, but {self.limit} others rank before it"


def left_out(
    accelerators: Sequence[Accelerator],
    recommended: Iterable[str],
    *reports: Mapping[str, Rejection],
) -> list[Rejection]:
    """One rejection for each variant that is not recommended, from the first report that has it."""
    missing = {item.slug: item for item in accelerators if item.slug not in set(recommended)}
    return [next(report[slug] for report in reports if slug in report) for slug in sorted(missing)]
