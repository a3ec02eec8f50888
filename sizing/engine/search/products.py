"""Size one matrix product: one accelerator each, so there is nothing to lay out."""

from collections.abc import Sequence

from sizing.engine.answer import Estimate
from sizing.engine.calibration import Calibration
from sizing.engine.estimate import estimate
from sizing.engine.hardware import System
from sizing.engine.search.costs import cost_of
from sizing.engine.search.currency import main_currency
from sizing.engine.search.explaining import Context, next_step, why
from sizing.engine.search.finalist import Finalist
from sizing.engine.search.ranking import energy_wh_per_unit, frontier_of, ranked
from sizing.engine.search.recommendations import Recommendation, Recommendations
from sizing.engine.search.rejection import Rejection, excluded_first, left_out, rejection
from sizing.engine.search.request import Constraints, SizingRequest
from sizing.engine.search.supply import Supply, offered
from sizing.engine.search.words import amount, number, plural
from sizing.engine.workload import Gemm


def recommend_product(
    request: SizingRequest, workload: Gemm, systems: Sequence[System], calibration: Calibration
) -> Recommendations:
    """Rank systems by how they run one product on one accelerator; see `recommend`."""
    supplies, excluded = offered(systems, request.constraints, calibration, interruptible=True)
    estimates = _estimates(workload, supplies, calibration)
    misses: dict[str, Rejection] = {}
    finalists: list[Finalist] = []
    for row, supply in enumerate(supplies):
        accelerator = supply.system.accelerator
        finalist = _finalist(row, supply, estimates[accelerator.slug])
        problem = _problem(finalist, request.constraints)
        if problem is None:
            finalists.append(finalist)
        else:
            misses.setdefault(accelerator.slug, rejection(accelerator, *problem))
    currency = main_currency(supplies)
    ordered = ranked(finalists, request.objective, by_token=False, currency=currency)
    chosen = _varied(ordered)[: request.limit]
    chosen = ranked(chosen, request.objective, by_token=False, currency=currency)
    unlisted = {
        item.supply.system.accelerator.slug: rejection(
            item.supply.system.accelerator,
            "limit",
            f"runs it, but {request.limit} others rank before it",
        )
        for item in finalists
    }
    return Recommendations(
        recommendations=_recommendations(request, chosen, currency, len(finalists)),
        rejected=left_out(
            [system.accelerator for system in systems],
            [item.supply.system.accelerator.slug for item in chosen],
            unlisted,
            misses,
            excluded_first(excluded),
        ),
        frontier=frontier_of(chosen, "gemm", currency),
    )


def _estimates(
    workload: Gemm, supplies: Sequence[Supply], calibration: Calibration
) -> dict[str, Estimate]:
    one = {supply.system.accelerator.slug: supply for supply in supplies}
    return {
        slug: estimate(workload, supply.deployment(1), None, calibration)
        for slug, supply in one.items()
    }


def _finalist(row: int, supply: Supply, found: Estimate) -> Finalist:
    power = supply.accelerator_power_w
    rented = supply.acquisition == "rent" or supply.system.kind == "instance"
    return Finalist(
        row=row,
        supply=supply,
        replicas=1,
        spare=0,
        room=0,
        count=supply.unit,
        nodes=1,
        cost_per_h=supply.cost_per_h,
        power_w=None if power is None else power * supply.unit,
        rack_units=0.0 if rented else supply.system.rack_units,
        estimate=found,
        sized_for=found,
    )


def _problem(finalist: Finalist, limits: Constraints) -> tuple[str, str] | None:
    """The first limit that a system does not keep, and by how much."""
    if not finalist.estimate.feasible:
        return "memory", " ".join(finalist.estimate.problems)
    if finalist.count > limits.most_accelerators:
        return (
            "max_accelerators",
            f"comes with {plural(finalist.count, 'accelerator')}, limit {limits.most_accelerators}",
        )
    checks = (
        ("power", finalist.power_w, limits.power_w, "W"),
        ("rack_units", finalist.rack_units, limits.rack_units, "rack units"),
    )
    for reason, value, limit, unit in checks:
        if limit is not None and (value is None or value > limit):
            has = "an unknown number of" if value is None else number(value)
            return reason, f"takes {has} {unit}, limit {number(limit)}"
    return _over_budget(finalist, limits.budget_per_h)


def _over_budget(finalist: Finalist, budget: float | None) -> tuple[str, str] | None:
    cost, price = finalist.cost_per_h, finalist.supply.price
    if budget is None or (cost is not None and cost <= budget):
        return None
    if cost is None or price is None:
        return "budget", "no price is known, so the budget cannot be checked"
    spent, allowed = amount(cost, price.currency), amount(budget, price.currency)
    return "budget", f"costs {spent} per hour, budget {allowed}"


def _varied(ordered: Sequence[Finalist]) -> list[Finalist]:
    """The best of each variant and kind of system first, then the rest."""
    first: dict[tuple[str, str], Finalist] = {}
    for item in ordered:
        system = item.supply.system
        first.setdefault((system.accelerator.slug, system.kind), item)
    leading = {item.row for item in first.values()}
    return [*first.values(), *(item for item in ordered if item.row not in leading)]


def _recommendations(
    request: SizingRequest, chosen: Sequence[Finalist], currency: str | None, systems: int
) -> list[Recommendation]:
    context = Context(request=request, currency=currency, systems=systems, ranked=tuple(chosen))
    return [
        Recommendation(
            rank=position + 1,
            finalist=item,
            cost=cost_of(item),
            energy_wh_per_unit=energy_wh_per_unit(item),
            why=why(context, position),
            next_step=next_step(item, None),
        )
        for position, item in enumerate(chosen)
    ]
