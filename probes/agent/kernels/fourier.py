"""`fft.c2c`: complex Fourier transforms in one, two and three dimensions."""

import functools
import math

import torch

from probes.agent.kernels import figures
from probes.agent.kernels.context import Context, Outcome, outcome

#: Relative error of a complex64 transform against complex128, and of there and back.
LIMIT = 1e-6
SHAPES = ((2**24,), (4096, 4096), (256, 256, 256))
CPU_SHAPES = ((2**18,), (512, 512), (64, 64, 64))
TINY_SHAPES = ((2**10,), (32, 32), (8, 8, 8))


def run(context: Context) -> Outcome:
    """FLOP/s at the usual count of 5 N log2 N (Cooley and Tukey 1965) per transform."""
    device = context.open_device()
    shapes = TINY_SHAPES if context.is_tiny else CPU_SHAPES if device.on_cpu else SHAPES
    found = []
    for i, shape in enumerate(shapes):
        context.progress(i, len(shapes))
        real, imaginary = (
            figures.randn(context, device, part, *shape, fmt="fp32") for part in ("re", "im")
        )
        x = torch.complex(real, imaginary)
        check = figures.relative_error(
            torch.fft.fftn(x), torch.fft.fftn(x.cpu().to(torch.complex128)), LIMIT
        )
        if check.ok:
            check = figures.relative_error(torch.fft.ifftn(torch.fft.fftn(x)), x, LIMIT)
        flops = 5.0 * x.numel() * math.log2(x.numel())
        found.append(
            figures.rate(
                context,
                device,
                f"flops_per_s.{len(shape)}d",
                functools.partial(torch.fft.fftn, x),
                work=flops,
                unit="FLOP/s",
                flops=flops,
                correctness=check,
                params={"shape": "x".join(map(str, shape)), "dtype": "complex64"},
            )
        )
    return outcome(device, found)
