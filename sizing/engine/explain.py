"""Where the time of a mean step goes, and what limits it."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

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
    computing = weight @ np.where(price.compute_share >= HALF, work, 0.0)
    moving = weight @ work - computing
    for part, compute_s, memory_s in zip(
        operations.part, computing.tolist(), moving.tolist(), strict=True
    ):
        seconds[part]["compute"] += compute_s
        seconds[part]["memory-bandwidth"] += memory_s
    seconds["kernel launches"]["host-overhead"] = float(weight @ launches.sum(axis=1))
    for index, message in enumerate(priced.collectives):
        seconds[message.part]["interconnect"] += float(weight @ price.messages[:, index])
    device = price.kernels.sum(axis=1) + price.messages.sum(axis=1)
    seconds["scheduler and host"]["host-overhead"] = float(weight @ (price.total - device))
    return _parts(seconds, float(weight @ price.total))


def _parts(seconds: Mapping[str, Mapping[Bound, float]], total: float) -> tuple[Part, ...]:
    sums = ((part, bounds, sum(bounds.values())) for part, bounds in seconds.items())
    parts = [
        Part(
            part=part, seconds=spent, share=spent / total, bound=max(bounds, key=bounds.__getitem__)
        )
        for part, bounds, spent in sums
        if spent > SMALLEST_SHARE * total
    ]
    return tuple(sorted(parts, key=lambda part: -part.seconds))


def largest_bound(parts: tuple[Part, ...]) -> Bound:
    """The bound with the largest share of the time."""
    shares: dict[Bound, float] = defaultdict(float)
    for part in parts:
        shares[part.bound] += part.share
    return max(shares, key=lambda bound: shares[bound], default="memory-bandwidth")
