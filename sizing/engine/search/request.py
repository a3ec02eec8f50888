"""What a sizing asks for, besides the workload: contract section 3 as values."""

from attrs import frozen

from sizing.engine.workload import Workload

OBJECTIVES = ("cost", "latency", "throughput", "energy")
ACQUISITIONS = ("rent", "buy", "any")
EVIDENCE_LEVELS = ("measured", "family", "datasheet")
"""Strongest first."""

DEFAULT_LIMIT = 20
DEFAULT_MAX_ACCELERATORS = 64


@frozen(kw_only=True)
class Target:
    """Work per second that the deployment must carry; None means not asked."""

    requests_per_s: float | None = None
    output_tokens_per_s: float | None = None


@frozen(kw_only=True)
class Constraints:
    """Limits of an acceptable deployment; None and empty mean no limit.

    Attributes:
        ttft_ms, tpot_ms: largest acceptable latencies, at `percentile` of requests, or of their
            mean where it is None.
        budget_per_h: money per hour, in the currency of the offer.
        power_w, rack_units: of the whole deployment.
        vendors, accelerators: slugs to choose from.
        headroom: share of load to be carried beyond what is asked.
        peak_factor: load of the busiest moment over the load as stated, which is a mean.
        growth_percent: growth of the load until the deployment is replaced.
        spare_nodes: nodes that may be out of service while everything else still holds.
        spare_replicas: replicas that may be, wherever they stand.
        regions: where a rented system must stand.
        min_evidence: weakest acceptable evidence, one of `EVIDENCE_LEVELS`.
        max_accelerators: of one deployment; None means `DEFAULT_MAX_ACCELERATORS`.
        as_of: ISO date; prices observed later, or at no known date, are not used. Older prices of
            the same offers are the caller's to hand over.
    """

    ttft_ms: float | None = None
    tpot_ms: float | None = None
    percentile: float | None = None
    budget_per_h: float | None = None
    power_w: float | None = None
    rack_units: float | None = None
    vendors: tuple[str, ...] = ()
    accelerators: tuple[str, ...] = ()
    headroom: float = 0.0
    peak_factor: float = 1.0
    growth_percent: float = 0.0
    spare_nodes: int = 0
    spare_replicas: int = 0
    acquisition: str = "any"
    regions: tuple[str, ...] = ()
    min_evidence: str = "datasheet"
    max_accelerators: int | None = None
    as_of: str | None = None

    @property
    def most_accelerators(self) -> int:
        """Accelerators that one deployment may have."""
        return self.max_accelerators or DEFAULT_MAX_ACCELERATORS

    @property
    def load_factor(self) -> float:
        """Load that must be carried over the load as stated: peak x growth x headroom."""
        growth = 1.0 + self.growth_percent / 100.0
        return self.peak_factor * growth * (1.0 + self.headroom)

    @property
    def bounds_size(self) -> bool:
        """Whether the caller said how large a deployment may get."""
        given = (self.max_accelerators, self.budget_per_h, self.power_w, self.rack_units)
        return any(bound is not None for bound in given)


@frozen(kw_only=True)
class SizingRequest:
    """One workload to be sized over the whole catalog."""

    workload: Workload
    objective: str = "cost"
    target: Target = Target()
    constraints: Constraints = Constraints()
    limit: int = DEFAULT_LIMIT
