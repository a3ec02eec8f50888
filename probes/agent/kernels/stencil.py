"""`hpc.stencil7` and `hpc.stencil27`: sweeps over a grid, as solvers of climate do them."""

import functools
import itertools

import torch
from torch.nn.functional import conv3d

from probes.agent.kernels import figures
from probes.agent.kernels.context import Context, Outcome, outcome

SIDE, CPU_SIDE, TINY_SIDE, CHECKED_SIDE = 512, 128, 16, 24
LIMITS = {"fp32": 1e-6, "fp64": 1e-14}
Offset = tuple[int, int, int]
#: Weights by distance: the point itself, faces, edges, corners; they add up to 1.
WEIGHTS = {7: (0.4, 0.1, 0.0, 0.0), 27: (0.2, 0.06, 0.02, 0.025)}


def run(context: Context) -> Outcome:
    """Bytes per second at the ideal traffic, one read and one write of each cell."""
    device = context.open_device()
    points = int(context.probe.removeprefix("hpc.stencil"))
    side = TINY_SIDE if context.is_tiny else CPU_SIDE if device.on_cpu else SIDE
    formats = ["fp32"] if device.backend == "mps" else ["fp32", "fp64"]
    found = []
    for i, fmt in enumerate(formats):
        context.progress(i, len(formats))
        small = figures.randn(context, device, "small", *[CHECKED_SIDE] * 3, fmt=fmt)
        check = figures.relative_error(
            sweep(small, torch.zeros_like(small), points)[1:-1, 1:-1, 1:-1],
            reference(small, points),
            LIMITS[fmt],
        )
        grid = figures.randn(context, device, "grid", *[side] * 3, fmt=fmt)
        target = torch.zeros_like(grid)
        moved = 2.0 * grid.numel() * grid.element_size()
        found.append(
            figures.rate(
                context,
                device,
                f"bytes_per_s.{fmt}",
                functools.partial(sweep, grid, target, points),
                work=moved,
                unit="B/s",
                moved=moved,
                correctness=check,
                params={"side": side, "points": points, "dtype": fmt},
            )
        )
    return outcome(device, found)


def offsets(points: int) -> list[tuple[Offset, float]]:
    """Neighbours and weights of the stencil; those of weight 0 are left out."""
    weights = WEIGHTS[points]
    steps = (-1, 0, 1)
    found = [
        ((x, y, z), weights[abs(x) + abs(y) + abs(z)])
        for x, y, z in itertools.product(steps, steps, steps)
    ]
    return [(at, weight) for at, weight in found if weight]


def sweep(grid: torch.Tensor, target: torch.Tensor, points: int) -> torch.Tensor:
    """One sweep over the inner cells, by shifted slices; the rim of `target` stays."""
    inner = target[1:-1, 1:-1, 1:-1]
    first = True
    for (x, y, z), weight in offsets(points):
        part = grid[_cut(x), _cut(y), _cut(z)]
        if first:
            torch.mul(part, weight, out=inner)
        else:
            inner.add_(part, alpha=weight)
        first = False
    return target


def _cut(shift: int) -> slice:
    return slice(1 + shift, (shift - 1) or None)


def reference(grid: torch.Tensor, points: int) -> torch.Tensor:
    """The same by a convolution in fp64 on the host."""
    kernel = torch.zeros(1, 1, 3, 3, 3, dtype=torch.float64)
    for (x, y, z), weight in offsets(points):
        kernel[0, 0, 1 + x, 1 + y, 1 + z] = weight
    return conv3d(grid.cpu().double()[None, None], kernel)[0, 0]
