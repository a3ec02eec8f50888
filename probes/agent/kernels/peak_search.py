"""Which shapes a CPU multiplies fastest: a knock-out over many, each timed for a few calls.

Caches, threads and the library's own blocking decide it, so that no shape is best everywhere (the
cube of 2048 reaches 86 % of the best on one processor). The search only picks: the figure comes
from timing the picked shapes anew.
"""

import itertools
from collections.abc import Sequence
from functools import partial

from probes.agent.device import Device
from probes.agent.kernels.gemm import Format, Pool, Shape, product

SIDES = (256, 384, 512, 768, 1024, 1536, 2048)
#: Calls of each shape in a round, and how many shapes go on to the next.
ROUNDS = ((2, 10), (6, 3), (8, 2))
SEED = 1


def candidates(most_flops: float) -> list[Shape]:
    """Shapes of all sides up to so much work; an eighth at least: small ones are never best."""
    shapes = [Shape(m=m, n=n, k=k) for m, n, k in itertools.product(SIDES, repeat=3)]
    fitting = [shape for shape in shapes if most_flops / 8 <= shape.flops <= most_flops]
    return fitting or [min(shapes, key=lambda shape: shape.flops)]


def fastest(device: Device, fmt: Format, shapes: Sequence[Shape]) -> list[Shape]:
    """The few fastest of `shapes`, best first, by the quickest of their calls.

    All shapes take turns within a round, so that a machine which slows down slows all of them.
    """
    pool, left = Pool(device, fmt, shapes, SEED), list(shapes)
    multiply = product(fmt, device)
    for calls, kept in ROUNDS:
        best = dict.fromkeys(left, float("inf"))
        for _, shape in itertools.product(range(calls), left):
            operands = pool.operands(shape, cold=False)[0]
            seconds = device.seconds(partial(multiply, operands), 1)
            best[shape] = min(best[shape], seconds)
        left.sort(key=lambda shape: best[shape] / shape.flops)
        left = left[:kept]
    return left
