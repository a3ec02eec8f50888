"""`layer.infer` and `layer.train`: one Llama-like layer, whole, forward and with its gradients."""

import math

import attrs
import torch
from torch.nn.functional import rms_norm, silu

from probes.agent.device import Device
from probes.agent.kernels import figures
from probes.agent.kernels.attention import attend
from probes.agent.kernels.context import Context, Outcome, outcome
from probes.protocol import Correctness, Measurement

NAMES = ("qkv", "out", "gate_up", "down")
LEARNING_RATE = 1e-4


@attrs.frozen(kw_only=True)
class Sizes:
    """Widths of the layer: model, feed-forward, heads of queries and of the cache."""

    hidden: int = 4096
    feed: int = 14336
    heads: int = 32
    cached: int = 8

    @property
    def width(self) -> int:
        """Elements of one head."""
        return self.hidden // self.heads

    def shapes(self) -> dict[str, tuple[int, int]]:
        """(outputs, inputs) of each matrix."""
        return {
            "qkv": (self.hidden + 2 * self.cached * self.width, self.hidden),
            "out": (self.hidden, self.hidden),
            "gate_up": (2 * self.feed, self.hidden),
            "down": (self.hidden, self.feed),
        }

    def flops(self, batch: int, tokens: int) -> float:
        """2 per weight and token, and 2 S^2 d for causal attention (both products, halved)."""
        weights = sum(rows * columns for rows, columns in self.shapes().values())
        return 2.0 * batch * tokens * weights + 2.0 * batch * tokens**2 * self.hidden


#: Small enough for an fp64 copy to check against (hidden size 512).
CHECKED = Sizes(hidden=512, feed=1792, heads=8, cached=2)
TINY = Sizes(hidden=64, feed=128, heads=4, cached=2)
CHECKED_TOKENS = 64
#: Backward costs twice the forward: one product for the inputs, one for the weights.
TRAIN_FACTOR = 3.0

Weights = dict[str, torch.Tensor]


def run(context: Context) -> Outcome:
    """FLOP/s by tokens while serving; forward, with gradients, with the optimizer in training."""
    device, fmt = context.open_device(), figures.format_of(context)
    sizes = TINY if context.is_tiny else CHECKED if context.on_cpu else Sizes()
    check = _check(context, device, TINY if context.is_tiny else CHECKED, fmt)
    weights = make_weights(context, device, sizes, fmt)
    parts = _serve if context.probe == "layer.infer" else _train
    return outcome(device, parts(context, device, sizes, weights, fmt, check))


def make_weights(context: Context, device: Device, sizes: Sizes, fmt: str) -> Weights:
    """Seeded matrices, scaled so that activations keep their size."""
    return {
        name: figures.randn(context, device, name, *shape, fmt=fmt) / math.sqrt(shape[1])
        for name, shape in sizes.shapes().items()
    }


def forward(x: torch.Tensor, weights: Weights, sizes: Sizes) -> torch.Tensor:
    """X (batch, tokens, hidden) through attention and gated feed-forward, both with residuals."""
    x = x + _attention(rms_norm(x, (sizes.hidden,)), weights, sizes)
    gate, up = (rms_norm(x, (sizes.hidden,)) @ weights["gate_up"].T).chunk(2, dim=-1)
    return x + (silu(gate) * up) @ weights["down"].T


def _attention(x: torch.Tensor, weights: Weights, sizes: Sizes) -> torch.Tensor:
    batch, tokens, _ = x.shape
    cached = sizes.cached * sizes.width
    parts = torch.split(x @ weights["qkv"].T, [sizes.hidden, cached, cached], dim=-1)
    query, key, value = (
        part.reshape(batch, tokens, -1, sizes.width).transpose(1, 2) for part in parts
    )
    mixed = attend(_rotated(query), _rotated(key), value, causal=True)
    return mixed.transpose(1, 2).reshape(batch, tokens, sizes.hidden) @ weights["out"].T


def _rotated(x: torch.Tensor) -> torch.Tensor:
    """Rotary positions (Su et al. 2021): pairs of halves turned by position x frequency."""
    half = x.shape[-1] // 2
    frequency = 10_000.0 ** (-torch.arange(half, device=x.device, dtype=torch.float32) / half)
    angle = torch.arange(x.shape[-2], device=x.device, dtype=torch.float32)[:, None] * frequency
    cos, sin = angle.cos().to(x.dtype), angle.sin().to(x.dtype)
    left, right = x[..., :half], x[..., half:]
    return torch.cat([left * cos - right * sin, left * sin + right * cos], dim=-1)


def _check(context: Context, device: Device, sizes: Sizes, fmt: str) -> Correctness:
    """Output and one weight gradient of a small layer against an fp64 copy on the host."""
    weights = make_weights(context, device, sizes, fmt)
    x = figures.randn(context, device, "checked", 1, CHECKED_TOKENS, sizes.hidden, fmt=fmt)
    wide = {name: weight.double().cpu() for name, weight in weights.items()}
    found, wanted = _with_gradient(x, weights, sizes), _with_gradient(x.double().cpu(), wide, sizes)
    checks = [
        figures.relative_error(one, other, figures.CHAIN_LIMITS[fmt])
        for one, other in zip(found, wanted, strict=True)
    ]
    return max(checks, key=lambda check: check.value)


def _with_gradient(
    x: torch.Tensor, weights: Weights, sizes: Sizes
) -> tuple[torch.Tensor, torch.Tensor]:
    trained = {name: weight.clone().requires_grad_() for name, weight in weights.items()}
    result = forward(x, trained, sizes)
    torch.autograd.backward(result.square().mean())
    gradient = trained["qkv"].grad
    assert gradient is not None  # qkv took part in the result
    return result.detach(), gradient


def _serve(
    context: Context, device: Device, sizes: Sizes, weights: Weights, fmt: str, check: Correctness
) -> list[Measurement]:
    counts = (1, 8) if context.is_tiny else (1, 16, 64, 256)
    found = []
    for i, tokens in enumerate(counts):
        context.progress(i, len(counts))
        x = figures.randn(context, device, f"x{tokens}", 1, tokens, sizes.hidden, fmt=fmt)
        flops = sizes.flops(1, tokens)

        def call(x: torch.Tensor = x) -> None:
            with torch.no_grad():
                forward(x, weights, sizes)

        found.append(
            figures.rate(
                context,
                device,
                f"flops_per_s.t{tokens}",
                call,
                work=flops,
                unit="FLOP/s",
                flops=flops,
                correctness=check,
                params={"tokens": tokens, "dtype": fmt, **attrs.asdict(sizes)},
            )
        )
    return found


def _train(
    context: Context, device: Device, sizes: Sizes, weights: Weights, fmt: str, check: Correctness
) -> list[Measurement]:
    batch, tokens = 1, 16 if context.is_tiny else 256 if context.on_cpu else 2048
    trained = [weights[name].requires_grad_() for name in NAMES]
    optimizer = torch.optim.AdamW(trained, lr=LEARNING_RATE)
    x = figures.randn(context, device, "x", batch, tokens, sizes.hidden, fmt=fmt)

    def backward() -> None:
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(forward(x, weights, sizes).square().mean())

    def step() -> None:
        backward()
        optimizer.step()

    once = sizes.flops(batch, tokens)
    calls = {
        "forward_flops_per_s": (lambda: forward(x, weights, sizes), once),
        "gradient_flops_per_s": (backward, TRAIN_FACTOR * once),
        "step_flops_per_s": (step, TRAIN_FACTOR * once),
    }
    found = []
    for i, (metric, (call, flops)) in enumerate(calls.items()):
        context.progress(i, len(calls))
        found.append(
            figures.rate(
                context,
                device,
                metric,
                call,
                work=flops,
                unit="FLOP/s",
                flops=flops,
                correctness=check,
                params={"batch": batch, "tokens": tokens, "dtype": fmt, **attrs.asdict(sizes)},
            )
        )
    return found
