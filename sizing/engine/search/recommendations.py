"""The answer of contract section 3 as values."""

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from sizing.engine.search.assumptions import ASSUMED
from sizing.engine.search.costs import Cost
from sizing.engine.search.finalist import Finalist
from sizing.engine.search.host_needs import Need
from sizing.engine.search.quality import QualityNote
from sizing.engine.search.rejection import Rejection


@frozen(kw_only=True)
class Recommendation:
    """One deployment that meets the request.

    Attributes:
        cost: None without an offer.
        energy_wh_per_unit: per million output tokens (per product for a GEMM).
        launch: command that starts it, where the runtime has one.
        sized_for: load and replicas with their factors, where something was added.
        quality: warning beside weights of few bits.
        host_needs: what each node needs beside its accelerators; of served models.
    """

    rank: int
    finalist: Finalist
    cost: Cost | None
    energy_wh_per_unit: float | None
    why: str
    next_step: str
    launch: str | None = None
    sized_for: dict[str, Any] | None = None
    quality: QualityNote | None = None
    host_needs: Sequence[Need] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of the contract, with what it leaves open at the end."""
        finalist, system = self.finalist, self.finalist.supply.system
        found = finalist.estimate.to_dict()
        kept = ("plan", "metrics", "memory", "bottleneck", "evidence")
        return {
            "rank": self.rank,
            "system": {
                "kind": system.kind,
                "slug": system.slug,
                "name": system.name,
                "url": system.url,
            },
            "accelerator": system.accelerator.slug,
            "count": finalist.count,
            "nodes": finalist.nodes,
            **{key: found[key] for key in kept},
            "cost": None if self.cost is None else self.cost.to_dict(),
            "energy_wh_per_unit": _rounded(self.energy_wh_per_unit),
            "power_w": _rounded(finalist.power_w),
            "power_basis": _power_basis(finalist),
            "why": self.why,
            "next_step": self.next_step,
            "launch": self.launch,
            "sized_for": self.sized_for,
            "quality": None if self.quality is None else self.quality.to_dict(),
            "host_needs": [need.to_dict() for need in self.host_needs],
        }


@frozen(kw_only=True)
class Recommendations:
    """Ranked deployments, what was left out, and the ranks that none beats on cost and speed."""

    recommendations: Sequence[Recommendation]
    rejected: Sequence[Rejection]
    frontier: Sequence[int]

    def to_dict(self) -> dict[str, Any]:
        """The part of contract section 3 that the engine knows."""
        return {
            "recommendations": [item.to_dict() for item in self.recommendations],
            "rejected": [item.to_dict() for item in self.rejected],
            "frontier": list(self.frontier),
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")


def _power_basis(finalist: Finalist) -> str | None:
    if finalist.power_w is None:
        return None
    if finalist.supply.system.power_w is not None:
        return "whole systems, as their maker states it"
    return f"{ASSUMED.tdp_share:g} x thermal design power of the accelerators, hosts not counted"
