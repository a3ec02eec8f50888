"""Which GEMM shapes to run: fixed grids for GPUs, grids sized to the machine for CPUs."""

import math
from collections.abc import Sequence

from probes.agent.device import Device
from probes.agent.kernels.context import Context, SkippedProbeError
from probes.agent.kernels.gemm import Format, Pool, Shape, product
from probes.agent.kernels.peak_search import candidates, fastest

CURVE_POINTS = 24
CURVE_M = (1, 16, 64, 128, 256, 512, 1024, 2048, 4096)
#: Linear layers of 8B and 70B language models, (n, k).
CURVE_NK = ((4096, 4096), (28672, 8192), (8192, 28672), (1280, 8192), (6144, 4096))
#: Ranges of (m, n, k) on a CPU. From 4 rows on: a single row takes a CPU's matrix-vector routine,
#: which skips packing the weights and runs about three times faster than the roofline of all other
#: shapes (measured, fp32, AVX2).
CPU_CURVE_RANGES = ((4, 4096), (256, 4096), (256, 4096))
CPU_CURVE_CANDIDATES = 128
#: The real root of x^4 = x + 1: its inverse powers fill a cube evenly (Roberts 2018, "The
#: unreasonable effectiveness of quasirandom sequences").
GOLDEN_RATIO_OF_THREE = 1.2207440846057596
#: Shapes that enter the search for a CPU's peak: more cost seconds and find no faster one.
PEAK_CANDIDATES = 48
TINY_CURVE_M = (1, 8, 32)
TINY_CURVE_NK = ((32, 64), (64, 32))
#: The longest one product may take on a CPU, so that a quick suite stays quick.
CPU_CALL_S = {"peak": 0.03, "curve": 0.06}


def peak_shapes(context: Context, device: Device, fmt: Format) -> list[Shape]:
    """Large square shapes and one with a short inner dimension; on a CPU its fastest two."""
    if context.is_tiny:
        return [Shape(m=64, n=64, k=64), Shape(m=64, n=64, k=32)]
    if device.on_cpu:
        most = pilot_flops_per_s(device, fmt) * CPU_CALL_S["peak"]
        return fastest(device, fmt, thin(candidates(most), PEAK_CANDIDATES))
    small, large = (2048, 4096) if fmt.name in ("fp32", "fp64") else (4096, 8192)
    shapes = [
        Shape(m=small, n=small, k=small),
        Shape(m=large, n=large, k=large),
        Shape(m=8192, n=8192, k=2048),
    ]
    return within_budget(shapes, fmt, device.budget_bytes())


def curve_shapes(context: Context, device: Device, fmt: Format) -> list[Shape]:
    """Shapes from one row to thousands, spread evenly over log2 of their FLOPs."""
    if context.is_tiny:
        return _grid(TINY_CURVE_M, TINY_CURVE_NK)
    if not device.on_cpu:
        shapes = within_budget(_grid(CURVE_M, CURVE_NK), fmt, device.budget_bytes())
        return thin(shapes, CURVE_POINTS)
    most = pilot_flops_per_s(device, fmt) * CPU_CALL_S["curve"]
    shapes = [shape for shape in scattered(CPU_CURVE_CANDIDATES) if shape.flops <= most]
    return thin(within_budget(shapes, fmt, device.budget_bytes()), CURVE_POINTS)


def asked_shapes(context: Context, device: Device, fmt: Format) -> list[Shape]:
    """The products that the job names in this format; none where it names none.

    Raises:
        SkippedProbeError: none of them fits the device's memory.
    """
    named = [one for one in context.job.products if one.dtype == fmt.name]
    asked = [Shape(m=one.m, n=one.n, k=one.k) for one in named]
    fitting = [shape for shape in asked if fmt.bytes_moved(shape) <= device.budget_bytes()]
    if asked and not fitting:
        raise SkippedProbeError("none of the products that were asked for fits the memory")
    return fitting


def scattered(count: int) -> list[Shape]:
    """`count` shapes that fill `CPU_CURVE_RANGES` evenly in the logarithm of each size.

    Sizes are multiples of 8 (of 4 below 64 rows) and hardly ever powers of two: strides of 2^n
    bytes fall on the same sets of a cache, so a curve of powers of two alone tells little of the
    sizes between them (measured on 2 cores with AVX-512: median error on 12 other shapes 22 %
    from powers of two, 10 to 19 % from these).
    """
    return [_scattered(i) for i in range(1, count + 1)]


def _scattered(i: int) -> Shape:
    sizes = []
    for axis, (low, high) in enumerate(CPU_CURVE_RANGES, start=1):
        place = i * GOLDEN_RATIO_OF_THREE**-axis % 1
        size = low * (high / low) ** place
        step = 4 if size < 64 else 8
        sizes.append(step * max(1, round(size / step)))
    m, n, k = sizes
    return Shape(m=m, n=n, k=k)


def thin(shapes: Sequence[Shape], points: int) -> list[Shape]:
    """Up to `points` shapes, evenly spaced in log2 FLOPs, smallest and largest among them."""
    left = sorted(shapes, key=lambda shape: (shape.flops, shape.m))
    if len(left) <= points:
        return left
    low, high = math.log2(left[0].flops), math.log2(left[-1].flops)
    chosen = []
    for i in range(points):
        target = low + (high - low) * i / (points - 1)
        nearest = min(left, key=lambda shape: abs(math.log2(shape.flops) - target))
        left.remove(nearest)
        chosen.append(nearest)
    return sorted(chosen, key=lambda shape: (shape.flops, shape.m))


def within_budget(shapes: Sequence[Shape], fmt: Format, budget_bytes: int) -> list[Shape]:
    """The shapes whose operands fit the memory budget (always at least the smallest)."""
    fitting = [shape for shape in shapes if fmt.bytes_moved(shape) <= budget_bytes]
    return fitting or [min(shapes, key=fmt.bytes_moved)]


def pilot_flops_per_s(device: Device, fmt: Format, side: int = 384) -> float:
    """A rough rate of the device, from the quickest of a few small products."""
    shape = Shape(m=side, n=side, k=side)
    pool = Pool(device, fmt, [shape], seed=1)
    multiply, operands = product(fmt, device), pool.operands(shape, cold=False)[0]
    return shape.flops / min(device.seconds(lambda: multiply(operands), 1) for _ in range(5))


def _grid(ms: Sequence[int], nks: Sequence[tuple[int, int]]) -> list[Shape]:
    return [Shape(m=m, n=n, k=k) for n, k in nks for m in ms]
