"""`p2p`: bytes per second between every ordered pair of accelerators of the host."""

import itertools

import torch

from probes.agent.device import Device
from probes.agent.kernels import figures
from probes.agent.kernels.context import Context, Outcome, SkippedProbeError, outcome
from probes.protocol import Measurement

BUFFER, TINY_BUFFER = 256 * 2**20, 2**16


def run(context: Context) -> Outcome:
    """One copy of 256 MiB from each device to each other one, and both ways at once."""
    device = context.open_device()
    count = peers(context, device)
    size = TINY_BUFFER if context.is_tiny else BUFFER
    pairs = list(itertools.permutations(range(count), 2))
    found = []
    for i, (source, target) in enumerate(pairs):
        context.progress(i, len(pairs))
        found.append(_one(context, device, source, target, size))
        if source < target:
            found.append(_both(context, device, source, target, size))
    return outcome(device, found)


def peers(context: Context, device: Device) -> int:
    """Accelerators that torch sees; raises `SkippedProbeError` below two."""
    if context.info.backend not in ("cuda", "rocm", "xpu"):
        raise SkippedProbeError("no peers: this device works in the host's memory")
    count = int(device.module.device_count())
    if count < 2:
        raise SkippedProbeError("one accelerator only: it has no peer")
    return count


def _buffer(device: Device, index: int, size: int, seed: int) -> torch.Tensor:
    where = torch.device(device.kind, index)
    generator = torch.Generator(device=where).manual_seed(seed)
    return torch.randint(0, 127, (size,), dtype=torch.uint8, device=where, generator=generator)


def _one(context: Context, device: Device, source: int, target: int, size: int) -> Measurement:
    here = _buffer(device, source, size, context.seed(f"{source}") % 2**31)
    there = torch.zeros(size, dtype=torch.uint8, device=torch.device(device.kind, target))
    there.copy_(here)
    check = figures.exactly(there, here)

    def copy() -> None:
        there.copy_(here, non_blocking=True)
        device.module.synchronize(target)

    params = {"from": source, "to": target, "bytes": size}
    if device.kind == "cuda":
        params["direct"] = int(torch.cuda.can_device_access_peer(source, target))
    return figures.rate(
        context,
        device,
        f"bytes_per_s.{source}.{target}",
        copy,
        work=float(size),
        unit="B/s",
        moved=float(size),
        correctness=check,
        params=params,
    )


def _both(context: Context, device: Device, source: int, target: int, size: int) -> Measurement:
    """Two copies under way at once, one each way, each on the stream of its source."""
    ends = {index: _buffer(device, index, size, index + 1) for index in (source, target)}
    arrived = {
        index: torch.zeros(size, dtype=torch.uint8, device=torch.device(device.kind, index))
        for index in (source, target)
    }

    def copy() -> None:
        arrived[target].copy_(ends[source], non_blocking=True)
        arrived[source].copy_(ends[target], non_blocking=True)
        for index in (source, target):
            device.module.synchronize(index)

    copy()
    check = figures.exactly(arrived[target], ends[source])
    moved = 2.0 * size
    return figures.rate(
        context,
        device,
        f"both_bytes_per_s.{source}.{target}",
        copy,
        work=moved,
        unit="B/s",
        moved=moved,
        correctness=check,
        params={"between": f"{source}-{target}", "bytes": size},
    )
