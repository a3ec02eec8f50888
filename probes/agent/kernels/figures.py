"""What the probes of whole operations share: their timing policy, a rate with its check, errors."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch

from probes.agent.device import Device
from probes.agent.formats import main_format
from probes.agent.kernels.context import Context, rate_of
from probes.agent.statistics import is_contended
from probes.agent.timing import Policy, measure
from probes.protocol import Correctness, Formula, Measurement

USUAL = Policy(max_s=1.5)
USUAL_CPU = Policy(warmup_s=0.05, warmup_cap_s=0.2, min_samples=10, max_s=0.4)
TORCH_TYPES = {
    "bf16": torch.bfloat16,
    "fp16": torch.float16,
    "fp32": torch.float32,
    "fp64": torch.float64,
}
#: Limits on the relative error of a norm against fp64 of the same inputs; measured 1.7e-3 (bf16),
#: 2.1e-4 (fp16) and 2.6e-7 (fp32) for single operations, several times that for chains of them.
OPERATION_LIMITS = {"bf16": 5e-3, "fp16": 1e-3, "fp32": 1e-5}
CHAIN_LIMITS = {"bf16": 3e-2, "fp16": 1e-2, "fp32": 1e-4}


def policy_of(context: Context) -> Policy:
    """How long whole operations are timed."""
    return context.policy(USUAL_CPU if context.on_cpu else USUAL)


def format_of(context: Context) -> str:
    """The format in which models run on the device; fp32 on a CPU, whose bf16 may be emulated."""
    return "fp32" if context.on_cpu else main_format(context.info)


def rate(
    context: Context,
    device: Device,
    metric: str,
    call: Callable[[], object],
    *,
    work: float,
    unit: str,
    correctness: Correctness | None = None,
    flops: float | None = None,
    moved: float | None = None,
    params: Mapping[str, Any] | None = None,
) -> Measurement:
    """Time `call` and give `work` per second, with its formula, check and contention."""
    timed = measure(device, call, policy_of(context))
    contended = is_contended(timed.samples, on_cpu=device.on_cpu)
    return rate_of(
        metric,
        work,
        unit,
        timed,
        params=dict(params or {}),
        formula=Formula(flops=flops, bytes=moved),
        correctness=correctness,
        flags=("contended",) if contended else (),
    )


def relative_error(found: torch.Tensor, wanted: torch.Tensor, limit: float) -> Correctness:
    """|found - wanted| / |wanted| over all elements, in fp64 (complex128) on the host."""
    wide = torch.complex128 if found.is_complex() else torch.float64
    left, right = found.detach().cpu().to(wide), wanted.detach().cpu().to(wide)
    value = float((left - right).norm() / right.norm().clamp_min(1e-300))
    value = value if math.isfinite(value) else 1e300
    return Correctness(metric="relative_error", value=value, limit=limit, ok=value <= limit)


def exactly(found: torch.Tensor, wanted: torch.Tensor) -> Correctness:
    """Elements that differ: none may."""
    wrong = float((found.cpu() != wanted.cpu()).sum())
    return Correctness(metric="wrong_elements", value=wrong, limit=0.0, ok=wrong == 0)


def randn(context: Context, device: Device, label: str, *shape: int, fmt: str) -> torch.Tensor:
    """Seeded normal numbers on the device."""
    return torch.randn(
        shape,
        dtype=TORCH_TYPES[fmt],
        device=device.torch_device,
        generator=device.generator(context.seed(label)),
    )
