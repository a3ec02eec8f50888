"""`mem.copy`, `mem.triad`, `mem.read`, `mem.write`: bytes per second from cache-sized to large."""

from collections.abc import Callable

import attrs
import torch

from probes.agent.device import Device
from probes.agent.kernels.context import Context, Outcome, outcome, rate_of
from probes.agent.kernels.figures import exactly, relative_error
from probes.agent.statistics import is_contended
from probes.agent.timing import Policy, measure
from probes.protocol import Correctness, Formula, Measurement

SMALLEST = 256 * 2**10
LARGEST = 2 * 2**30
STEP = 4
ELEMENT = torch.float32
POLICY = Policy()
CPU_POLICY = Policy(warmup_s=0.1, warmup_cap_s=0.2, max_s=0.4)
#: The scalar of the triad, a = b + s c, exact in binary.
SCALAR = 0.5
FILL = 1.5
#: A sum of many terms rounds at each addition.
SUM_LIMIT = 1e-5
#: Two units in the last place of fp32.
TRIAD_LIMIT = 2.4e-7


@attrs.frozen(kw_only=True)
class Kernel:
    """What one probe does to buffers a, b, c of N elements.

    Attributes:
        buffers: how many of a, b, c it needs.
        passes: times N elements cross the memory bus, reads and writes together.
    """

    buffers: int
    passes: int
    call: Callable[[torch.Tensor, torch.Tensor, torch.Tensor], object]
    check: Callable[[torch.Tensor, torch.Tensor, torch.Tensor], Correctness]


def _check_read(_a: torch.Tensor, b: torch.Tensor, _c: torch.Tensor) -> Correctness:
    """The sum against fp64, relative to the sum of magnitudes: terms of both signs cancel."""
    wide = b.double() if b.device.type != "mps" else b.cpu().double()
    value = abs(float(b.sum()) - float(wide.sum())) / float(wide.abs().sum())
    return Correctness(metric="relative_error", value=value, limit=SUM_LIMIT, ok=value <= SUM_LIMIT)


def _check_triad(a: torch.Tensor, b: torch.Tensor, c: torch.Tensor) -> Correctness:
    wanted = b.cpu().double() + SCALAR * c.cpu().double()
    return relative_error(a, wanted, TRIAD_LIMIT)


KERNELS = {
    "mem.copy": Kernel(
        buffers=2,
        passes=2,
        call=lambda a, b, _c: a.copy_(b),
        check=lambda a, b, _c: exactly(a, b),
    ),
    "mem.triad": Kernel(
        buffers=3,
        passes=3,
        call=lambda a, b, c: torch.add(b, c, alpha=SCALAR, out=a),
        check=_check_triad,
    ),
    "mem.read": Kernel(buffers=2, passes=1, call=lambda _a, b, _c: b.sum(), check=_check_read),
    "mem.write": Kernel(
        buffers=1,
        passes=1,
        call=lambda a, _b, _c: a.fill_(FILL),
        check=lambda a, _b, _c: exactly(a, torch.full_like(a, FILL)),
    ),
}


def sizes(context: Context, device: Device, buffers: int = 2) -> list[int]:
    """Bytes of one buffer, four times larger each step, as far as all fit the budget.

    The last is at least four times the last cache, so that it measures memory. A CPU stops there.
    """
    if context.is_tiny:
        return [2**14, 2**16]
    most = min(LARGEST, device.budget_bytes() // buffers)
    if device.on_cpu:
        most = min(most, max(8 * device.cache_bytes(), 256 * 2**20))
    found = [SMALLEST]
    while found[-1] * STEP <= most:
        found.append(found[-1] * STEP)
    if found[-1] * 2 <= most:
        found.append(found[-1] * 2)
    return found


def run(context: Context) -> Outcome:
    """Bytes per second (passes x s N) by size; the largest size counts as memory."""
    device, kernel = context.open_device(), KERNELS[context.probe]
    steps = sizes(context, device, kernel.buffers)
    count = steps[-1] // ELEMENT.itemsize
    generator = device.generator(context.seed("inputs"))
    target = torch.zeros(count, dtype=ELEMENT, device=device.torch_device)
    sources = [
        torch.randn(count, dtype=ELEMENT, device=device.torch_device, generator=generator)
        for _ in range(kernel.buffers - 1)
    ]
    buffers = [target, *sources, target, target][:3]
    found = []
    for i, size in enumerate(steps):
        context.progress(i, len(steps))
        n = size // ELEMENT.itemsize
        found.append(_timed(context, device, kernel, [buffer[:n] for buffer in buffers]))
    return outcome(device, [*found, attrs.evolve(found[-1], metric="dram_bytes_per_s")])


def _timed(
    context: Context, device: Device, kernel: Kernel, buffers: list[torch.Tensor]
) -> Measurement:
    a, b, c = buffers
    a.zero_()
    policy = context.policy(CPU_POLICY if device.on_cpu else POLICY)
    timed = measure(device, lambda: kernel.call(a, b, c), policy)
    size = a.numel() * a.element_size()
    moved = float(kernel.passes * size)
    contended = is_contended(timed.samples, on_cpu=device.on_cpu)
    return rate_of(
        f"bytes_per_s.{size}",
        moved,
        "B/s",
        timed,
        params={"bytes": size, "dtype": "fp32"},
        formula=Formula(bytes=moved),
        correctness=kernel.check(a, b, c),
        flags=("contended",) if contended else (),
    )
