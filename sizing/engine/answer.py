"""The answer to one estimate request (contract section 2)."""

from collections.abc import Mapping
from typing import Any, Literal

from attrs import asdict, field, frozen

from sizing.engine import ENGINE_VERSION
from sizing.engine.calibration import Level
from sizing.engine.intervals import Interval

Bound = Literal["compute", "memory-bandwidth", "memory-capacity", "interconnect", "host-overhead"]


@frozen(kw_only=True)
class Part:
    """Seconds that one part of the work takes in a mean step, and what limits it."""

    part: str
    seconds: float
    share: float
    bound: Bound


@frozen(kw_only=True)
class Evidence:
    """What an answer rests on.

    Attributes:
        calibration: slug of a device's own calibration, None without one.
    """

    level: Level
    calibration: str | None = None
    notes: tuple[str, ...] = ()


@frozen(kw_only=True)
class Memory:
    """GB (1e9 bytes) on the fullest accelerator; `reserved_gb` is pool the work does not need."""

    weights_gb: float = 0.0
    kv_cache_gb: float = 0.0
    activations_gb: float = 0.0
    reserved_gb: float = 0.0
    optimizer_gb: float = 0.0
    gradients_gb: float = 0.0
    runtime_gb: float = 0.0
    total_gb: float = 0.0
    capacity_gb: float = 0.0


@frozen(kw_only=True)
class Estimate:
    """One answer; infeasible ones say why in `problems` and have no metrics."""

    feasible: bool
    problems: tuple[str, ...] = ()
    metrics: Mapping[str, Interval] = field(factory=dict)
    memory: Memory
    plan: Mapping[str, Any]
    breakdown: tuple[Part, ...] = ()
    bottleneck: Bound
    evidence: Evidence

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of the contract, without `id`."""
        return {
            "feasible": self.feasible,
            "problems": list(self.problems),
            "metrics": {name: value.to_dict() for name, value in self.metrics.items()},
            "memory": {key: round(value, 4) for key, value in asdict(self.memory).items()},
            "plan": dict(self.plan),
            "breakdown": [asdict(part) for part in self.breakdown],
            "bottleneck": self.bottleneck,
            "evidence": {
                "level": self.evidence.level,
                "calibration": self.evidence.calibration,
                "notes": list(self.evidence.notes),
            },
            "engine_version": ENGINE_VERSION,
        }
