"""Every way to get hold of hardware that a request allows, as rows ready for arrays."""

from collections.abc import Iterator, Sequence
from typing import Literal

from attrs import evolve, frozen

from sizing.engine.calibration import Calibration, evidence_level
from sizing.engine.hardware import Accelerator, Deployment, Price, System
from sizing.engine.search.assumptions import ASSUMED
from sizing.engine.search.offers import best_purchase, best_rent
from sizing.engine.search.request import EVIDENCE_LEVELS, Constraints

Acquisition = Literal["rent", "buy", "unpriced"]
USUAL_NODE_BYTES_PER_S = 25e9
"""200 Gbit/s per accelerator, the contract's default between nodes."""


@frozen(kw_only=True)
class Supply:
    """One system under one price, or under none.

    Attributes:
        unit: accelerators that come together.
        node: accelerators that share a link.
        price: None when no offer is known.
        cost_per_h: of one unit, in the currency of the price; None without a price.
        aside: a price that no cost is made of: of interruptible capacity, or of an accelerator
            without its server.
    """

    system: System
    acquisition: Acquisition
    unit: int
    node: int
    price: Price | None = None
    cost_per_h: float | None = None
    aside: Price | None = None

    @property
    def whole_nodes(self) -> bool:
        """Whether accelerators come by the node."""
        return self.unit == self.node

    @property
    def accelerator_power_w(self) -> float | None:
        """Mean draw per accelerator: its system's stated power, else a share of its TDP."""
        if self.system.power_w is not None:
            return self.system.power_w / self.system.count
        tdp = self.system.accelerator.tdp_w
        return None if tdp is None else ASSUMED.tdp_share * tdp

    def deployment(self, count: int) -> Deployment:
        """`count` accelerators of this supply."""
        fabric = self.system.node_bytes_per_s
        return Deployment(
            accelerator=self.system.accelerator,
            count=count,
            per_node=self.node,
            interconnect=self.system.interconnect,
            node_bytes_per_s=USUAL_NODE_BYTES_PER_S if fabric is None else fabric,
        )


@frozen(kw_only=True)
class Exclusion:
    """A variant that the request itself leaves out."""

    accelerator: Accelerator
    reason: str
    detail: str


def offered(
    systems: Sequence[System],
    constraints: Constraints,
    calibration: Calibration,
    *,
    interruptible: bool,
) -> tuple[list[Supply], list[Exclusion]]:
    """What can be used and is known well enough, and what the request itself rules out.

    `interruptible` says whether the work may be interrupted, so that spot offers have a use.
    """
    supplies, excluded = supplies_of(systems, constraints, interruptible=interruptible)
    weakest = EVIDENCE_LEVELS.index(constraints.min_evidence)
    levels = {
        supply.system.accelerator.slug: evidence_level(supply.system.accelerator, calibration)
        for supply in supplies
    }
    kept = []
    for supply in supplies:
        level = levels[supply.system.accelerator.slug]
        if EVIDENCE_LEVELS.index(level) <= weakest:
            kept.append(supply)
            continue
        detail = f"evidence is {level}, {constraints.min_evidence} or better was asked for"
        accelerator = supply.system.accelerator
        excluded.append(Exclusion(accelerator=accelerator, reason="evidence", detail=detail))
    return kept, excluded


def supplies_of(
    systems: Sequence[System], constraints: Constraints, *, interruptible: bool
) -> tuple[list[Supply], list[Exclusion]]:
    """What can be used, and what the request rules out before anything is computed."""
    supplies: list[Supply] = []
    excluded: list[Exclusion] = []
    for system in systems:
        exclusion = _filtered(system, constraints)
        found = [] if exclusion else list(_ways(system, constraints, interruptible))
        supplies.extend(found)
        if not found:
            excluded.append(exclusion or _unobtainable(system, constraints))
    return supplies, excluded


def _filtered(system: System, constraints: Constraints) -> Exclusion | None:
    accelerator = system.accelerator
    checks = (
        ("vendors", accelerator.vendor, constraints.vendors),
        ("accelerators", accelerator.slug, constraints.accelerators),
    )
    for name, value, allowed in checks:
        if allowed and value not in allowed:
            detail = f"not among the {name} that were asked for"
            return Exclusion(accelerator=accelerator, reason="excluded", detail=detail)
    return None


def _unobtainable(system: System, constraints: Constraints) -> Exclusion:
    where = f" in {', '.join(constraints.regions)}" if constraints.regions else ""
    when = f" as of {constraints.as_of}" if constraints.as_of else ""
    wanted = {"rent": "no lasting rental offer", "buy": "no way to buy it"}
    what = wanted.get(constraints.acquisition, "no offer")
    return Exclusion(
        accelerator=system.accelerator,
        reason="acquisition",
        detail=f"{what} is known{where}{when}",
    )


def _ways(system: System, constraints: Constraints, interruptible: bool) -> Iterator[Supply]:
    """Rented, bought, or without a price.

    Single accelerators stay without a price even when one can be rented: an offer for one says
    nothing about several in one node. Unless purchases are asked for, the price of a bare
    accelerator is no cost either: the server that it needs is missing.
    """
    rent = best_rent(system.prices, constraints, interruptible=False)
    spot = best_rent(system.prices, constraints, interruptible=True)
    if rent is None and interruptible:
        rent = spot
    purchase = best_purchase(system.prices, constraints)
    bare = system.kind == "accelerator"
    if rent is not None and constraints.acquisition != "buy":
        yield _rented(system, rent)
    if purchase is not None and _counts_alone(bare, constraints):
        yield _bought(system, purchase)
    elif _may_be_unpriced(system, constraints, rent):
        card = purchase if bare and system.count == 1 else None
        yield evolve(_loose(system, "unpriced"), aside=spot if rent is None and spot else card)


def _counts_alone(bare: bool, constraints: Constraints) -> bool:
    return constraints.acquisition == "buy" or (constraints.acquisition == "any" and not bare)


def _may_be_unpriced(system: System, constraints: Constraints, rent: Price | None) -> bool:
    if system.kind == "instance":
        return rent is None and constraints.acquisition != "buy" and not constraints.regions
    if constraints.acquisition == "rent":
        return False
    return rent is None or (system.kind == "accelerator" and system.count == 1)


def _rented(system: System, price: Price) -> Supply:
    return Supply(
        system=system,
        acquisition="rent",
        unit=system.count,
        node=system.count,
        price=price,
        cost_per_h=price.amount_per_h,
    )


def _bought(system: System, price: Price) -> Supply:
    supply = _loose(system, "buy")
    power_w = (supply.accelerator_power_w or 0.0) * system.count
    capital = ASSUMED.capital_per_h(price.purchase_amount or 0.0)
    return evolve(supply, price=price, cost_per_h=capital + ASSUMED.energy_per_h(power_w))


def _loose(system: System, acquisition: Acquisition) -> Supply:
    """Accelerators that are not rented by the node are put into nodes of their usual size."""
    node = system.count
    if system.kind == "accelerator":
        node = max(system.count, system.accelerator.per_node)
    return Supply(system=system, acquisition=acquisition, unit=system.count, node=node)
