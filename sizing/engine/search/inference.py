"""Size the serving of a language model over everything that can be had."""

from collections.abc import Sequence

from sizing.engine.calibration import Calibration
from sizing.engine.hardware import System
from sizing.engine.search.candidates import (
    Candidates,
    by_the_token,
    candidates_of,
    objective_keys,
    order_of,
)
from sizing.engine.search.costs import cost_of
from sizing.engine.search.currency import main_currency
from sizing.engine.search.demand import Demand, asked_workload, demand_of
from sizing.engine.search.explaining import Context, next_step, why
from sizing.engine.search.finalist import Finalist
from sizing.engine.search.host_needs import host_needs
from sizing.engine.search.launch import launch_command
from sizing.engine.search.pick import pick_finalists
from sizing.engine.search.quality import quality_note
from sizing.engine.search.ranking import energy_wh_per_unit, frontier_of, ranked
from sizing.engine.search.recommendations import Recommendation, Recommendations
from sizing.engine.search.rejection import (
    Rejection,
    excluded_first,
    left_out,
    nearest_misses,
    rejection,
)
from sizing.engine.search.request import SizingRequest
from sizing.engine.search.shortlist import Shortlist
from sizing.engine.search.sized_for import sized_for
from sizing.engine.search.supply import offered
from sizing.engine.workload import LlmInference


def recommend_inference(
    request: SizingRequest,
    workload: LlmInference,
    systems: Sequence[System],
    calibration: Calibration,
) -> Recommendations:
    """Rank deployments that serve the workload; see `recommend`."""
    demand = demand_of(request, workload)
    supplies, excluded = offered(
        systems, request.constraints, calibration, interruptible=demand.mode == "offline"
    )
    asked = asked_workload(request, workload)
    candidates = candidates_of(request, asked, demand, supplies, calibration)
    shortlist = Shortlist(
        candidates=candidates,
        workload=asked,
        demand=demand,
        constraints=request.constraints,
        calibration=calibration,
        fixed_size=request.objective == "throughput",
    )
    order = order_of(objective_keys(candidates, request, demand))
    finalists = ranked(
        pick_finalists(candidates, order, request.limit, shortlist),
        request.objective,
        by_token=by_the_token(request, demand),
        currency=main_currency(supplies),
    )[: request.limit]
    return Recommendations(
        recommendations=_recommendations(request, asked, demand, candidates, finalists),
        rejected=left_out(
            [system.accelerator for system in systems],
            [finalist.supply.system.accelerator.slug for finalist in finalists],
            _failed(shortlist),
            nearest_misses(candidates, demand, request.constraints, request.limit),
            excluded_first(excluded),
        ),
        frontier=frontier_of(finalists, demand.mode, main_currency(supplies)),
    )


def _recommendations(
    request: SizingRequest,
    workload: LlmInference,
    demand: Demand,
    candidates: Candidates,
    finalists: Sequence[Finalist],
) -> list[Recommendation]:
    feasible = candidates.rows.supply[candidates.feasible]
    context = Context(
        request=request,
        currency=main_currency(candidates.supplies),
        demand=demand,
        systems=len(set(feasible.tolist())),
        ranked=tuple(finalists),
        by_token=by_the_token(request, demand),
    )
    return [
        Recommendation(
            rank=position + 1,
            finalist=finalist,
            cost=cost_of(finalist),
            energy_wh_per_unit=energy_wh_per_unit(finalist),
            why=why(context, position),
            next_step=next_step(finalist, workload),
            launch=launch_command(finalist, workload),
            sized_for=sized_for(request.constraints, demand, finalist),
            quality=quality_note(workload),
            host_needs=host_needs(finalist, workload),
        )
        for position, finalist in enumerate(finalists)
    ]


def _failed(shortlist: Shortlist) -> dict[str, Rejection]:
    """Variants that looked feasible until the full estimate."""
    candidates = shortlist.candidates
    found: dict[str, Rejection] = {}
    for row, (reason, detail) in shortlist.failures.items():
        accelerator = candidates.supplies[candidates.rows.supply[row]].system.accelerator
        found.setdefault(accelerator.slug, rejection(accelerator, reason, detail))
    return found
