"""Why a recommendation stands where it stands, and what would make it better."""

import math
from collections.abc import Iterator

from attrs import frozen

from sizing.engine.dtypes import bytes_per_element
from sizing.engine.search.demand import Demand
from sizing.engine.search.finalist import Finalist
from sizing.engine.search.offers import INTERRUPTIBLE
from sizing.engine.search.quality import is_low_bit
from sizing.engine.search.ranking import comparable_cost, energy_wh_per_unit
from sizing.engine.search.request import SizingRequest
from sizing.engine.search.sized_for import size_sentences
from sizing.engine.search.supply import Supply
from sizing.engine.search.words import amount, number, place, plural
from sizing.engine.serving.situation import formats_of
from sizing.engine.workload import LlmInference

_BOUNDS = {
    "compute": "the speed of the matrix units",
    "memory-bandwidth": "memory bandwidth",
    "memory-capacity": "memory capacity",
    "interconnect": "the links between accelerators",
    "host-overhead": "the host: launching and scheduling",
}


@frozen(kw_only=True)
class Context:
    """What sentences about one rank compare it with.

    Attributes:
        currency: the one that costs are compared in.
        systems: how many meet the request.
        by_token: cost is judged per output token, not per hour.
    """

    request: SizingRequest
    currency: str | None
    demand: Demand | None = None
    systems: int
    ranked: tuple[Finalist, ...]
    by_token: bool = False


_PRODUCT_RELIEF = {
    "compute": "A narrower number format or more matrix throughput would help next.",
    "memory-bandwidth": "A larger product would use the matrix units better.",
}
_RELIEF = {
    "compute": "Activations in fp8 would raise the speed of matrix units that have it.",
    "memory-bandwidth": (
        "Weights in 8 bit would halve the bytes that each step reads; test the quality."
    ),
    "memory-capacity": "An 8-bit cache would admit about twice the requests.",
    "interconnect": "Smaller tensor parallel groups or faster links would cut time in messages.",
    "host-overhead": "A runtime that prepares the next step while the device works would help.",
}


def why(context: Context, position: int) -> str:
    """Plain sentences: standing, size, what binds, evidence, what to watch."""
    finalist = context.ranked[position]
    sentences = (
        *_standing(context, position),
        *size_sentences(context.request.constraints, context.demand, finalist),
        _binding(finalist),
        *_cautions(context, finalist),
    )
    return " ".join(sentences)


def _standing(context: Context, position: int) -> Iterator[str]:
    superlative = {
        "cost": "Cheapest",
        "latency": "Fastest answer",
        "throughput": "Highest throughput",
        "energy": "Least energy",
    }[context.request.objective]
    if position == 0:
        yield f"{superlative} of {plural(context.systems, 'system')} that meet the request."
    else:
        best = context.ranked[0]
        yield f"Rank {position + 1}, behind {place(best)}{_behind(context, position)}."
    if position + 1 < len(context.ranked):
        following = context.ranked[position + 1]
        difference = _difference(context, context.ranked[position], following)
        if difference:
            yield f"The next, {place(following)}, {difference}."


def _behind(context: Context, position: int) -> str:
    difference = _difference(context, context.ranked[0], context.ranked[position])
    return f": this one {difference}" if difference else ""


def _difference(context: Context, one: Finalist, other: Finalist) -> str:
    """What the other takes more of, in the objective's own terms."""
    objective = context.request.objective
    if objective == "cost":
        return _cost_difference(context, one, other)
    if objective == "throughput":
        return _relation(one, other, "output_tokens_per_s", "tflops", "throughput")
    if objective == "latency":
        return _relation(one, other, "request_latency_ms", "latency_ms", "latency")
    here, there = energy_wh_per_unit(one), energy_wh_per_unit(other)
    if here is None or there is None:
        return "has no known power"
    return f"takes {number(there)} Wh per unit of work instead of {number(here)} Wh"


def _cost_difference(context: Context, one: Finalist, other: Finalist) -> str:
    here, there = _cost(context, one), _cost(context, other)
    if not math.isfinite(here):
        return ""
    if not math.isfinite(there):
        return "has no known offer" if other.supply.price is None else "is priced differently"
    per = "million output tokens" if context.by_token else "hour"
    share = (there - here) / here * 100
    if abs(share) < 0.5:
        return f"costs the same per {per}"
    word = "more" if there > here else "less"
    difference = amount(abs(there - here), context.currency or "")
    return f"costs {difference} per {per} {word} ({abs(share):.0f} %)"


def _cost(context: Context, finalist: Finalist) -> float:
    cost = comparable_cost(finalist, context.currency)
    if context.by_token and math.isfinite(cost):
        return finalist.per_million_tokens(cost) or math.inf
    return cost


def _relation(one: Finalist, other: Finalist, name: str, instead: str, word: str) -> str:
    here = one.metric(name) or one.metric(instead)
    there = other.metric(name) or other.metric(instead)
    if not here or not there:
        return ""
    return f"has {there / here:.2f} times its {word}"


def _binding(finalist: Finalist) -> str:
    bound = finalist.estimate.bottleneck
    share = sum(part.share for part in finalist.estimate.breakdown if part.bound == bound)
    part = f" ({share * 100:.0f} % of the time)" if share else ""
    return f"What binds is {_BOUNDS[bound]}{part}."


def _cautions(context: Context, finalist: Finalist) -> Iterator[str]:
    yield from _price_cautions(finalist.supply, context.currency)
    workload = context.request.workload
    if isinstance(workload, LlmInference) and is_low_bit(formats_of(workload).weights):
        yield f"Output quality may change with {formats_of(workload).weights} weights: test it."
    if finalist.estimate.evidence.level == "datasheet":
        yield "No measurement of this hardware or its family is known: the interval is wide."


def _price_cautions(supply: Supply, currency: str | None) -> Iterator[str]:
    price = supply.price
    if price is None:
        yield "No lasting offer is known for this system, so it stands after those with a cost."
        yield from _aside(supply)
        return
    if price.currency != currency:
        yield "Its price is in another currency, and no dated rate is known to compare it."
    if not price.observed_on:
        yield "The source of its price gives no date."
    if price.terms == INTERRUPTIBLE:
        yield "It is interruptible capacity: nothing else is on offer for it."


def _aside(supply: Supply) -> Iterator[str]:
    price = supply.aside
    if price is not None and price.purchase_amount is not None:
        bought = amount(price.purchase_amount, price.currency)
        yield f"One accelerator alone sells for {bought}; the server comes on top."
    if price is not None and price.amount_per_h is not None:
        spot = amount(price.amount_per_h, price.currency)
        yield (
            f"Interruptible capacity of {plural(supply.unit, 'accelerator')} is offered at {spot} "
            "per hour, which can be taken back any time."
        )


def next_step(finalist: Finalist, workload: LlmInference | None) -> str:
    """What would improve this answer most: the next bottleneck, or better evidence."""
    advice = _relief(finalist, workload)
    if finalist.estimate.evidence.level == "measured":
        return advice
    return f"{advice} Probing one such device would replace its {_evidence(finalist)} evidence."


def _evidence(finalist: Finalist) -> str:
    return finalist.estimate.evidence.level


def _relief(finalist: Finalist, workload: LlmInference | None) -> str:
    bound = finalist.estimate.bottleneck
    if workload is None:
        return _PRODUCT_RELIEF.get(bound, "A larger product would hide the launch.")
    formats = formats_of(workload)
    if bound == "memory-bandwidth" and bytes_per_element(formats.weights) < 2.0:
        return "More requests per replica would share each read of the weights."
    if bound == "memory-capacity" and bytes_per_element(formats.kv_cache) < 1.5:
        return "Accelerators with more memory, or more of them per replica, would admit more."
    return _RELIEF[bound]
