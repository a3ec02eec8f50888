"""`cnn.conv3d`: the convolution of medical imaging, forward and with gradients."""

import torch
from torch.nn.functional import conv3d, instance_norm

from probes.agent.device import Device
from probes.agent.kernels import figures
from probes.agent.kernels.context import Context, Outcome, outcome
from probes.protocol import Correctness

INPUTS, OUTPUTS, KERNEL = 32, 64, 3
SIDE, CPU_SIDE, TINY_SIDE, CHECKED_SIDE = 128, 32, 8, 16
#: Channels of a convolution add up, so errors grow beyond those of one product.
LIMITS = {"fp32": 1e-5, "fp16": 3e-3, "bf16": 1e-2}


def run(context: Context) -> Outcome:
    """Volumes per second of a convolution with instance norm, by batch and direction."""
    device, fmt = context.open_device(), figures.format_of(context)
    side = TINY_SIDE if context.is_tiny else CPU_SIDE if device.on_cpu else SIDE
    check = _check(context, device, fmt)
    weight = _weight(context, device, fmt).requires_grad_()
    batches = (1,) if device.on_cpu else (1, 2)
    found = []
    for i, batch in enumerate(batches):
        context.progress(i, len(batches))
        x = _volumes(context, device, batch, side, fmt)
        once = 2.0 * batch * OUTPUTS * INPUTS * KERNEL**3 * side**3
        for name, call, flops in (
            ("forward", lambda x=x: layer(x, weight), once),
            ("gradient", lambda x=x: _backward(x, weight), 2.0 * once),
        ):
            found.append(
                figures.rate(
                    context,
                    device,
                    f"{name}_volumes_per_s.b{batch}",
                    call,
                    work=float(batch),
                    unit="1/s",
                    flops=flops,
                    correctness=check,
                    params={"batch": batch, "side": side, "dtype": fmt},
                )
            )
    return outcome(device, found)


def layer(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Volumes (batch, 32, side, side, side) to (batch, 64, side, side, side)."""
    found: torch.Tensor = instance_norm(conv3d(x, weight, padding=KERNEL // 2))
    return found


def _backward(x: torch.Tensor, weight: torch.Tensor) -> None:
    """Forward, and the gradient of the weights."""
    weight.grad = None
    torch.autograd.backward(layer(x, weight).square().mean())


def _weight(context: Context, device: Device, fmt: str) -> torch.Tensor:
    shape = (OUTPUTS, INPUTS, KERNEL, KERNEL, KERNEL)
    scale = (INPUTS * KERNEL**3) ** -0.5
    weight = figures.randn(context, device, "weight", *shape, fmt=fmt)
    return weight.mul_(scale)


def _volumes(context: Context, device: Device, batch: int, side: int, fmt: str) -> torch.Tensor:
    return figures.randn(context, device, "volumes", batch, INPUTS, side, side, side, fmt=fmt)


def _check(context: Context, device: Device, fmt: str) -> Correctness:
    side = TINY_SIDE if context.is_tiny else CHECKED_SIDE
    weight = _weight(context, device, fmt)
    x = _volumes(context, device, 1, side, fmt)
    wanted = layer(x.double().cpu(), weight.double().cpu())
    return figures.relative_error(layer(x, weight), wanted, LIMITS[fmt])
