"""Everything the search knows about every row, and the order that an objective puts them in."""

from collections.abc import Sequence

import numpy as np
from attrs import frozen

from sizing.engine.calibration import Calibration
from sizing.engine.operations import Array
from sizing.engine.runtimes import runtime_facts
from sizing.engine.search.curves import Curves, curves_of
from sizing.engine.search.demand import Demand
from sizing.engine.search.deployments import Deployments, SupplyFigures, deployments_of, figures_of
from sizing.engine.search.layouts import IntArray, traits_of
from sizing.engine.search.misses import Mask, Misses, misses_of
from sizing.engine.search.needs import Needs, needs_of
from sizing.engine.search.replicas import Replicas, Rows, rows_of
from sizing.engine.search.request import Constraints, SizingRequest
from sizing.engine.search.steady import prefill_seconds
from sizing.engine.search.supply import Supply
from sizing.engine.workload import LlmInference


@frozen(kw_only=True, eq=False, repr=False)
class Candidates:
    """Rows of (supply, layout) with the deployment each needs.

    Attributes:
        feasible: rows worth a look.
        latency_s, requests_per_s: of the deployment under its load, shape (rows,).
    """

    supplies: tuple[Supply, ...]
    rows: Rows
    figures: SupplyFigures
    curves: Curves
    needs: Needs
    deployments: Deployments
    misses: Misses
    feasible: Mask
    latency_s: Array
    requests_per_s: Array


def candidates_of(
    request: SizingRequest,
    workload: LlmInference,
    demand: Demand,
    supplies: Sequence[Supply],
    calibration: Calibration,
) -> Candidates:
    """Size every supply under every layout."""
    constraints = request.constraints
    rows = rows_of(supplies, traits_of(workload.model), constraints.most_accelerators)
    curves = curves_of(rows.replicas, workload, calibration, _most_in_flight(workload, demand))
    needs = needs_of(curves, demand, _prefill_s(rows.replicas, workload, demand, calibration))
    figures = figures_of(supplies)
    working = needs.replicas[rows.replica]
    deployments = deployments_of(rows, figures, working, constraints)
    if request.objective == "throughput" and constraints.bounds_size and demand.mode == "offline":
        deployments = _filled(rows, figures, deployments, constraints)
    latency, rate = _under_load(rows, curves, needs, deployments, demand)
    misses = misses_of(
        rows=rows,
        curves=curves,
        needs=needs,
        deployments=deployments,
        demand=demand,
        constraints=constraints,
    )
    return Candidates(
        supplies=tuple(supplies),
        rows=rows,
        figures=figures,
        curves=curves,
        needs=needs,
        deployments=deployments,
        misses=misses,
        feasible=misses.feasible
        & ~_needless_spread(rows, _spread(rows, request), deployments, misses),
        latency_s=latency,
        requests_per_s=rate,
    )


def _prefill_s(
    replicas: Replicas, workload: LlmInference, demand: Demand, calibration: Calibration
) -> Array | None:
    """Seconds per prompt, where requests that start together have a limit on their first token."""
    together = demand.requests is not None and demand.limits.ttft_s is not None
    return prefill_seconds(workload, replicas, calibration) if together else None


def _spread(rows: Rows, request: SizingRequest) -> IntArray:
    """How far a replica is spread: over nodes; where latency counts, over pipeline stages."""
    if request.objective == "latency":
        return rows.replicas.pp[rows.replica]
    return rows.nodes


def _needless_spread(
    rows: Rows, spread: IntArray, deployments: Deployments, misses: Misses
) -> Mask:
    """Replicas spread further than needed that save no accelerators: nobody runs them."""
    feasible, count = misses.feasible, deployments.count
    supplies = int(rows.supply.max(initial=-1)) + 1
    fewest = np.full(supplies, np.iinfo(np.int64).max)
    np.minimum.at(fewest, rows.supply[feasible], spread[feasible])
    tight = feasible & (spread == fewest[rows.supply])
    smallest = np.full(supplies, np.inf)
    np.minimum.at(smallest, rows.supply[tight], count[tight])
    return np.asarray((spread > fewest[rows.supply]) & (count >= smallest[rows.supply]))


def _most_in_flight(workload: LlmInference, demand: Demand) -> float:
    """Beyond this batch nobody asks, or no runtime of this kind goes."""
    if demand.requests is not None:
        return float(np.ceil(demand.requests))
    return float(runtime_facts(workload.runtime, workload.runtime_version).max_batch)


def _filled(
    rows: Rows, figures: SupplyFigures, smallest: Deployments, constraints: Constraints
) -> Deployments:
    """As many replicas as the stated bounds allow, for whoever wants the highest throughput."""
    share = np.full(len(rows.supply), np.inf)
    for value, bound in (
        (smallest.count, constraints.most_accelerators),
        (smallest.power_w, constraints.power_w),
        (smallest.rack_units, constraints.rack_units),
        (smallest.cost_per_h, constraints.budget_per_h),
    ):
        if bound is not None:
            room = np.divide(bound, value, out=np.ones_like(value), where=value > 0)
            share = np.fmin(share, np.where(np.isnan(value), np.inf, room))
    needed = smallest.replicas - smallest.spare
    known = np.where(np.isfinite(smallest.replicas), smallest.replicas, 0.0)
    more = np.floor(known * share + 1e-9)
    per_node = np.maximum(rows.per_node, 1)
    whole = np.where(rows.unit == rows.node, np.floor(more / per_node) * per_node, more)
    return deployments_of(rows, figures, np.maximum(whole - smallest.spare, needed), constraints)


def _under_load(
    rows: Rows, curves: Curves, needs: Needs, deployments: Deployments, demand: Demand
) -> tuple[Array, Array]:
    """Latency and throughput at the load that each replica gets."""
    replica = rows.replica
    known = np.isfinite(deployments.replicas)
    replicas = np.where(known, deployments.replicas, 1.0)
    if demand.requests is not None:
        busy = np.minimum(replicas, np.ceil(demand.requests))
        held = np.ceil(demand.requests / replicas)
        rate = busy * curves.at("requests_per_s", held, replica)
    elif demand.mode == "open":
        held = curves.requests_at_rate(demand.requests_per_s / replicas, replica)
        rate = np.full(len(replica), demand.requests_per_s)
    else:
        held = np.maximum(needs.room[replica], 1.0)
        rate = replicas * curves.at("requests_per_s", held, replica)
    latency = curves.at("latency_s", held, replica)
    return np.where(known, latency, np.inf), np.where(known, rate, 0.0)


def objective_keys(
    candidates: Candidates, request: SizingRequest, demand: Demand
) -> tuple[Array, ...]:
    """Sort keys, most important first, smaller is better; unknown figures come last."""
    made = candidates.deployments
    rate = np.maximum(candidates.requests_per_s, 1e-12)
    main = {
        "cost": made.cost_per_h / (rate if by_the_token(request, demand) else 1.0),
        "latency": candidates.latency_s,
        "throughput": -candidates.requests_per_s,
        "energy": made.power_w / rate,
    }[request.objective]
    main = np.where(np.isnan(main), np.inf, main)
    cost = np.where(np.isnan(made.cost_per_h), np.inf, made.cost_per_h)
    return main, cost, made.count, candidates.latency_s


def by_the_token(request: SizingRequest, demand: Demand) -> bool:
    """Whether cost is judged per token: where nothing says how much work there is to do."""
    return request.objective == "cost" and demand.mode == "offline" and not demand.requests_per_s


def order_of(keys: Sequence[Array]) -> IntArray:
    """Rows from best to worst; equal ones keep the order of the catalog."""
    return np.lexsort(tuple(reversed([np.asarray(key) for key in keys]))).astype(np.int64)
