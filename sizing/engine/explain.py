"""Where the time of a mean step goes, and what limits it."""

from collections import defaultdict

import numpy as np

from sizing.engine.answer import Bound, Part
from sizing.engine.operations import Array
from sizing.engine.rates import Rates
from sizing.engine.serving.evaluate import PricedSteps

SMALLEST_SHARE = 5e-4
"""Parts below this share of a step are left out of the breakdown."""


def breakdown(priced: PricedSteps, repeats: Array, rates: Rates) -> tuple[Part, ...]:
    """Seconds by part in the mean step of a run, largest first.

    Args:
        repeats: how often each step runs, shape (steps,).
        rates: of one point.
    """
    weight = repeats / repeats.sum()
    seconds: dict[tuple[str, Bound], float] = defaultdict(float)
    operations, price = priced.operations, priced.price
    launches = operations.count * float(rates("launch_s")[0])
    work = price.kernels - launches
    compute = price.compute_share >= 0.5
    for index, part in enumerate(operations.part):
        for bound, chosen in (("compute", compute), ("memory-bandwidth", ~compute)):
            kernel = np.where(chosen[:, index], work[:, index], 0.0)
            seconds[part, bound] += float(weight @ kernel)  # type: ignore[index]
    seconds["kernel launches", "host-overhead"] = float(weight @ launches.sum(axis=1))
    for index, message in enumerate(priced.collectives):
        seconds[message.part, "interconnect"] += float(weight @ price.messages[:, index])
    device = price.kernels.sum(axis=1) + price.messages.sum(axis=1)
    seconds["scheduler and host", "host-overhead"] = float(weight @ (price.total - device))
    total = float(weight @ price.total)
    parts = [
        Part(part=part, seconds=value, share=value / total, bound=bound)
        for (part, bound), value in seconds.items()
        if value > SMALLEST_SHARE * total
    ]
    return tuple(sorted(parts, key=lambda part: -part.seconds))


def largest_bound(parts: tuple[Part, ...]) -> Bound:
    """The bound with the largest share of the time."""
    shares: dict[Bound, float] = defaultdict(float)
    for part in parts:
        shares[part.bound] += part.share
    return max(shares, key=lambda bound: shares[bound], default="memory-bandwidth")
