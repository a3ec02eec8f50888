"""`mem.copy`: bytes per second of a copy within device memory, from cache-sized to large."""

import attrs
import torch

from probes.agent.device import Device
from probes.agent.kernels.context import Context, Outcome, outcome, rate_of
from probes.agent.statistics import is_contended
from probes.agent.timing import Policy, measure
from probes.protocol import Correctness, Formula, Measurement

SMALLEST = 256 * 2**10
LARGEST = 2 * 2**30
STEP = 4
ELEMENT = torch.float32
POLICY = Policy()
CPU_POLICY = Policy(warmup_s=0.1, warmup_cap_s=0.2, max_s=0.4)


def sizes(context: Context, device: Device) -> list[int]:
    """Bytes of one buffer, four times larger each step, as far as two fit the budget.

    The last is at least four times the last cache, so that it measures memory. A CPU stops there.
    """
    if context.is_tiny:
        return [2**14, 2**16]
    most = min(LARGEST, device.budget_bytes() // 2)
    if device.on_cpu:
        most = min(most, max(8 * device.cache_bytes(), 256 * 2**20))
    found = [SMALLEST]
    while found[-1] * STEP <= most:
        found.append(found[-1] * STEP)
    if found[-1] * 2 <= most:
        found.append(found[-1] * 2)
    return found


def run(context: Context) -> Outcome:
    """Read plus write bytes per second (2 s N) by size; the largest size counts as memory."""
    device = context.open_device()
    steps = sizes(context, device)
    shape = (steps[-1] // ELEMENT.itemsize,)
    generator = device.generator(context.seed("inputs"))
    source = torch.randn(shape, dtype=ELEMENT, device=device.torch_device, generator=generator)
    target = torch.zeros_like(source)
    policy = context.policy(CPU_POLICY if device.on_cpu else POLICY)
    found = []
    for i, size in enumerate(steps):
        context.progress(i, len(steps))
        n = size // ELEMENT.itemsize
        found.append(_copy(device, source[:n], target[:n], policy))
    return outcome(device, [*found, attrs.evolve(found[-1], metric="dram_bytes_per_s")])


def _copy(
    device: Device, source: torch.Tensor, target: torch.Tensor, policy: Policy
) -> Measurement:
    target.zero_()
    timed = measure(device, lambda: target.copy_(source), policy)
    wrong = int((target != source).sum())
    moved = 2.0 * source.numel() * source.element_size()
    contended = is_contended(timed.samples, on_cpu=device.on_cpu)
    size = source.numel() * source.element_size()
    return rate_of(
        f"bytes_per_s.{size}",
        moved,
        "B/s",
        timed,
        params={"bytes": size, "dtype": "fp32"},
        formula=Formula(bytes=moved),
        correctness=Correctness(
            metric="wrong_elements", value=float(wrong), limit=0.0, ok=wrong == 0
        ),
        flags=("contended",) if contended else (),
    )
