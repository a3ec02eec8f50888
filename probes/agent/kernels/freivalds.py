"""A probabilistic check of a matrix product that costs O(n^2): Freivalds, row by row.

R. Freivalds, "Probabilistic machines can use less running time" (IFIP 1977): C x = A (B x) for
random x. Done per row and scaled by that row's own norm, so that one wrong element, a stale tile
or a scaled row stands out; a single norm of the whole matrix would hide them.
"""

import math

import torch

from probes.protocol import Correctness

VECTORS = 4
REFERENCE_K = 1024
AT_ONCE = 1024
#: Residual of correct products at K near 1024, five times which is the limit. bf16, fp16 and fp32
#: were measured on a CPU; tf32 and fp8 follow from their rounding relative to fp16 and bf16, fp64
#: from the check's own fp64 rounding. int8 must be exact.
CLEAN = {
    "fp64": 2e-15,
    "fp32": 2.2e-8,
    "tf32": 2.7e-5,
    "fp16": 1.9e-5,
    "bf16": 1.5e-4,
    "fp8": 3e-4,
    "int8": 0.0,
}
MARGIN = 5.0


def limit(fmt: str, k: int) -> float:
    """The largest residual of a healthy product.

    Independent rounding errors of an output element weigh 1/sqrt(K) against |A_row| |B|, so
    short inner dimensions are allowed more.
    """
    return MARGIN * CLEAN[fmt] * max(1.0, math.sqrt(REFERENCE_K / k))


def check_product(
    a: torch.Tensor, b: torch.Tensor, c: torch.Tensor, fmt: str, seed: int
) -> Correctness:
    """Judge C = A B by its row-wise residual. A residual that is no number fails."""
    value, most = residual(a, b, c, seed), limit(fmt, a.shape[1])
    finite = value if math.isfinite(value) else 1e300
    return Correctness(metric="freivalds_row", value=finite, limit=most, ok=finite <= most)


def residual(a: torch.Tensor, b: torch.Tensor, c: torch.Tensor, seed: int) -> float:
    """The max over rows and vectors of |C x - A (B x)| / (|A_row| |B|_F), in fp64.

    Shapes: a (m, k), b (k, n), c (m, n); x holds +-1, shape (n, 4). Done on the device that
    holds the operands, except where that has no fp64 (mps).
    """
    if a.device.type == "mps":
        a, b, c = a.cpu(), b.cpu(), c.cpu()
    generator = torch.Generator(device=a.device).manual_seed(seed)
    signs = torch.randint(0, 2, (b.shape[1], VECTORS), generator=generator, device=a.device)
    x = (2 * signs - 1).double()
    bx, norm_b = _times_columns(b, x)
    worst = 0.0
    for start in range(0, a.shape[0], AT_ONCE):
        rows = slice(start, start + AT_ONCE)
        part = a[rows].double()
        error = (c[rows].double() @ x - part @ bx).abs().amax(dim=1)
        worst = max(worst, _largest(error / (part.norm(dim=1) * norm_b).clamp_min(1e-300)))
    return worst


def _times_columns(b: torch.Tensor, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """B x (k, 4) and the Frobenius norm of B, in fp64, some columns of B at a time."""
    total = torch.zeros((b.shape[0], x.shape[1]), dtype=torch.float64, device=b.device)
    square = torch.zeros((), dtype=torch.float64, device=b.device)
    for start in range(0, b.shape[1], AT_ONCE):
        part = b[:, start : start + AT_ONCE].double()
        total += part @ x[start : start + AT_ONCE]
        square += part.square().sum()
    return total, square.sqrt()


def _largest(values: torch.Tensor) -> float:
    """The largest value; infinite where any is not a number."""
    return float(values.nan_to_num(nan=math.inf).max())
