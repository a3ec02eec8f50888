"""`cnn.resnet50`: images per second of a ResNet-50, written in torch alone.

He et al., "Deep residual learning for image recognition" (2015), with the stride of a block in its
3 x 3 convolution (version 1.5): 25,557,032 parameters, 8.178 GFLOP per image of 224 x 224.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from probes.agent.device import Device
from probes.agent.kernels import figures
from probes.agent.kernels.context import Context, Outcome, outcome
from probes.protocol import Correctness, Measurement

PARAMETERS = 25_557_032
FLOPS_PER_IMAGE = 8.178e9
PIXELS, CPU_PIXELS, TINY_PIXELS, CHECKED_PIXELS = 224, 128, 32, 64
STAGES = ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2))
EXPANSION = 4
TRAIN_FACTOR = 3.0


def run(context: Context) -> Outcome:
    """Images per second by batch, serving and training."""
    device, fmt = context.open_device(), figures.format_of(context)
    torch.manual_seed(context.seed("weights") % 2**63)
    model: Any = ResNet50().to(device=device.torch_device, dtype=figures.TORCH_TYPES[fmt])
    model = model.to(memory_format=torch.channels_last).eval()
    check = _check(context, device, model, fmt)
    serve = (1,) if context.is_tiny else (1, 8) if device.on_cpu else (1, 32, 256)
    train = () if context.is_tiny else (8,) if device.on_cpu else (64, 128)
    found = [_serve(context, device, model, batch, fmt, check) for batch in serve]
    found += [_train(context, device, model, batch, fmt, check) for batch in train]
    return outcome(device, found)


def _serve(
    context: Context, device: Device, model: nn.Module, batch: int, fmt: str, check: Correctness
) -> Measurement:
    images = _images(context, device, batch, fmt)
    model.eval()

    def call() -> None:
        with torch.no_grad():
            model(images)

    return _rate(context, device, f"images_per_s.b{batch}", call, images, check, 1.0)


def _train(
    context: Context, device: Device, model: nn.Module, batch: int, fmt: str, check: Correctness
) -> Measurement:
    images = _images(context, device, batch, fmt)
    model.train()

    def call() -> None:
        model.zero_grad(set_to_none=True)
        torch.autograd.backward(model(images).float().logsumexp(dim=1).mean())

    name = f"train_images_per_s.b{batch}"
    return _rate(context, device, name, call, images, check, TRAIN_FACTOR)


def _rate(
    context: Context,
    device: Device,
    metric: str,
    call: Callable[[], object],
    images: torch.Tensor,
    check: Correctness,
    factor: float,
) -> Measurement:
    batch, _, pixels, _ = images.shape
    return figures.rate(
        context,
        device,
        metric,
        call,
        work=float(batch),
        unit="1/s",
        flops=factor * batch * FLOPS_PER_IMAGE * (pixels / PIXELS) ** 2,
        correctness=check,
        params={"batch": batch, "pixels": pixels, "dtype": str(images.dtype).split(".")[-1]},
    )


def _images(context: Context, device: Device, batch: int, fmt: str) -> torch.Tensor:
    pixels = TINY_PIXELS if context.is_tiny else CPU_PIXELS if device.on_cpu else PIXELS
    images = figures.randn(context, device, "images", batch, 3, pixels, pixels, fmt=fmt)
    return images.to(memory_format=torch.channels_last)


def _check(context: Context, device: Device, model: nn.Module, fmt: str) -> Correctness:
    """Logits of a small image against an fp64 copy; a wrong number of parameters fails too."""
    pixels = TINY_PIXELS if context.is_tiny else CHECKED_PIXELS
    image = figures.randn(context, device, "checked", 1, 3, pixels, pixels, fmt=fmt)
    wide = ResNet50().double().eval()
    wide.load_state_dict({name: value.cpu() for name, value in model.state_dict().items()})
    with torch.no_grad():
        found, wanted = model(image), wide(image.cpu().double())
    counted = sum(parameter.numel() for parameter in model.parameters())
    limit = figures.CHAIN_LIMITS[fmt] if counted == PARAMETERS else 0.0
    return figures.relative_error(found, wanted, limit)


class Block(nn.Module):
    """1 x 1, 3 x 3 and 1 x 1 convolutions beside a shortcut."""

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        outputs = EXPANSION * width
        self.path = nn.Sequential(
            *_convolution(inputs, width, 1),
            nn.ReLU(),
            *_convolution(width, width, 3, stride),
            nn.ReLU(),
            *_convolution(width, outputs, 1),
        )
        same = stride == 1 and inputs == outputs
        self.shortcut = (
            nn.Identity() if same else nn.Sequential(*_convolution(inputs, outputs, 1, stride))
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.path(x) + self.shortcut(x))


class ResNet50(nn.Module):
    """Images (batch, 3, pixels, pixels) to 1,000 logits."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [*_convolution(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
        inputs = 64
        for width, count, stride in STAGES:
            for i in range(count):
                layers.append(Block(inputs, width, stride if i == 0 else 1))
                inputs = EXPANSION * width
        self.features = nn.Sequential(*layers)
        self.head = nn.Linear(inputs, 1000)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.head(self.features(x).mean(dim=(2, 3)))
        return logits


def _convolution(inputs: int, outputs: int, kernel: int, stride: int = 1) -> list[nn.Module]:
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    return [convolution, nn.BatchNorm2d(outputs)]
