"""Where the time of a mean step goes, and what limits it."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from sizing.engine.answer import Bound, Part
from sizing.engine.operations import Array
from sizing.engine.rates import Rates
from sizing.engine.serving.evaluate import PricedSteps

HALF = 0.5
SMALLEST_SHARE = 5e-4
"""Parts below this share of a step are left out of the breakdown."""


def breakdown(priced: PricedSteps, repeats: Array, rates: Rates) -> tuple[Part, ...]:
    """Seconds by part in the mean step of a run, largest first.

    A part that is bound by compute in some steps and by memory in others is one entry; the bound
    that costs more time names it. `repeats` says how often each step runs, shape (steps,).
    """
    weight = repeats / repeats.sum()
    seconds: dict[str, dict[Bound, float]] = defaultdict(lambda: defaultdict(float))
    operations, price = priced.operations, priced.price
    launches = operations.count * float(rates("launch_s")[0])
    work = price.kernels - launches
    compute = price.compute_share >= HALF
    for index, part in enumerate(operations.part):
        for bound, chosen in _roofs(compute[:, index]):
            seconds[part][bound] += float(weight @ np.where(chosen, work[:, index], 0.0))
    seconds["kernel launches"]["host-overhead"] = float(weight @ launches.sum(axis=1))
    for index, message in enumerate(priced.collectives):
        seconds[message.part]["interconnect"] += float(weight @ price.messages[:, index])
    device = price.kernels.sum(axis=1) + price.messages.sum(axis=1)
    seconds["scheduler and host"]["host-overhead"] = float(weight @ (price.total - device))
    return _parts(seconds, float(weight @ price.total))


def _roofs(compute: npt.NDArray[np.bool_]) -> tuple[tuple[Bound, npt.NDArray[np.bool_]], ...]:
    return ("compute", compute), ("memory-bandwidth", ~compute)


def _parts(seconds: Mapping[str, Mapping[Bound, float]], total: float) -> tuple[Part, ...]:
    parts = [
        Part(
            part=part,
            seconds=sum(bounds.values()),
            share=sum(bounds.values()) / total,
            bound=max(bounds, key=lambda bound: bounds[bound]),
        )
        for part, bounds in seconds.items()
        if sum(bounds.values()) > SMALLEST_SHARE * total
    ]
    return tuple(sorted(parts, key=lambda part: -part.seconds))


def largest_bound(parts: tuple[Part, ...]) -> Bound:
    """The bound with the largest share of the time."""
    shares: dict[Bound, float] = defaultdict(float)
    for part in parts:
        shares[part.bound] += part.share
    return max(shares, key=lambda bound: shares[bound], default="memory-bandwidth")
