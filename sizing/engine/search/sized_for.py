"""What a deployment was sized for: the stated load, what multiplied it, and the spares."""

from collections.abc import Iterator
from typing import Any

from sizing.engine.search.demand import Demand, whole_requests
from sizing.engine.search.finalist import Finalist
from sizing.engine.search.request import Constraints
from sizing.engine.search.words import METRICS, number, plural


def sized_for(
    constraints: Constraints, demand: Demand, finalist: Finalist
) -> dict[str, Any] | None:
    """Load and replicas with their factors; None where nothing was added to what was stated.

    `metrics` are the figures at that load while the spares are out of service.
    """
    if constraints.load_factor == 1.0 and not finalist.spare:
        return None
    return {
        "load": _load(constraints, demand),
        "replicas": {
            "carrying": finalist.replicas - finalist.spare,
            "spare": finalist.spare,
            "all": finalist.replicas,
        },
        "metrics": finalist.sized_for.to_dict()["metrics"],
    }


def _load(constraints: Constraints, demand: Demand) -> dict[str, Any] | None:
    carried = demand.requests or demand.requests_per_s
    if not carried:
        return None
    stated = carried / constraints.load_factor
    whole = demand.requests is not None  # nobody holds half a request
    return {
        "unit": "requests in flight" if whole else "requests per second",
        "stated": _rounded(stated),
        "peak_factor": constraints.peak_factor,
        "growth_percent": constraints.growth_percent,
        "headroom": constraints.headroom,
        "sized_for": whole_requests(carried) if whole else _rounded(carried),
    }


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def size_sentences(
    constraints: Constraints, demand: Demand | None, finalist: Finalist
) -> Iterator[str]:
    """How large it is, what it carries, how that load came about, and how near its limits are."""
    if demand is None:
        return
    plan = finalist.estimate.plan
    ranks = finalist.count // max(finalist.replicas, 1)
    yield (
        f"{plural(finalist.replicas, 'replica')} of {plural(ranks, 'accelerator')} each, "
        f"tensor parallel {plan['tensor_parallel']}, on {plural(finalist.nodes, 'node')}."
    )
    yield _capacity(demand, finalist)
    yield from _factors(constraints, demand)
    yield from _spares(constraints, finalist)
    if demand.limits.tpot_s or demand.limits.ttft_s:
        yield from _margins(constraints, demand, finalist)


def _capacity(demand: Demand, finalist: Finalist) -> str:
    limited = demand.limits.tpot_s or demand.limits.ttft_s
    within = "memory and the limits allow" if limited else "memory and the runtime allow"
    held = f"{within} {plural(finalist.room, 'request')} in flight on each replica"
    if demand.mode == "open":
        return f"They carry {number(demand.requests_per_s)} requests per second; {held}."
    if demand.requests is not None:
        return f"They share {plural(demand.requests, 'request')} in flight; {held}."
    return f"{held[0].upper()}{held[1:]}."


def _factors(constraints: Constraints, demand: Demand) -> Iterator[str]:
    """The load sized for as a product, in the order in which a person states it."""
    found = _load(constraints, demand)
    parts = (
        (constraints.peak_factor, "at the busiest moment"),
        (1.0 + constraints.growth_percent / 100.0, "for growth"),
        (1.0 + constraints.headroom, "of headroom"),
    )
    said = [f"x {number(factor)} {what}" for factor, what in parts if factor != 1.0]
    if found and said:
        yield f"That load is {number(found['stated'])} as stated {' '.join(said)}."


def _spares(constraints: Constraints, finalist: Finalist) -> Iterator[str]:
    spare = plural(finalist.spare, "replica")
    if constraints.spare_nodes:
        yield f"{spare} can be out of service with their node."
    elif finalist.spare:
        carrying = finalist.replicas - finalist.spare
        verb = "carries" if carrying == 1 else "carry"
        yield f"{plural(carrying, 'replica')} {verb} it within the limits, {spare} more spare."


def _margins(constraints: Constraints, demand: Demand, finalist: Finalist) -> Iterator[str]:
    limits = {"ttft_ms": demand.limits.ttft_s, "tpot_ms": demand.limits.tpot_s}
    stated = constraints.load_factor == 1.0 and not finalist.spare
    when = "" if stated else ", at that load and without spares,"
    for name, limit_s in limits.items():
        found = finalist.sized_for.metrics.get(name)
        if limit_s is None or found is None:
            continue
        limit = limit_s * 1e3
        yield f"{METRICS[name]}{when} is {number(found.value)} ms, the limit {number(limit)} ms."
        if found.high > limit:
            yield f"The upper end of its interval, {number(found.high)} ms, is beyond the limit."
