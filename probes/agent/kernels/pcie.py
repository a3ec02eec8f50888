"""`pcie.h2d`, `d2h`, `bidir`: bytes per second between pinned host memory and the device."""

import time

import torch

from probes.agent.device import Device
from probes.agent.kernels.context import (
    Context,
    Outcome,
    SkippedProbeError,
    outcome,
    rate_of,
    seconds_of,
)
from probes.agent.kernels.launch import HostTimer
from probes.agent.timing import Policy, measure, measure_fixed
from probes.protocol import Correctness, Formula

BUFFER = 256 * 2**20
COPIES = 8
WAKE_S = 0.5
LATENCY_SAMPLES = 1000


def run(context: Context) -> Outcome:
    """Bytes per second of 256 MiB copies on a stream of their own, and latency of 4 bytes."""
    if context.info.backend not in ("cuda", "rocm", "xpu"):
        raise SkippedProbeError("no host link to measure: this device works in the host's memory")
    if context.probe == "pcie.bidir":
        return _both_ways(context)
    device = context.open_device()
    size = 2**16 if context.is_tiny else BUFFER
    host = torch.randint(0, 127, (size,), dtype=torch.uint8).pin_memory()
    remote = torch.empty(size, dtype=torch.uint8, device=device.torch_device)
    to_device = context.probe == "pcie.h2d"
    remote.copy_(host)
    back = torch.zeros_like(host).pin_memory()
    source, target = (host, remote) if to_device else (remote, back)
    _wake(source, target, device)
    stream = device.module.Stream()
    with device.module.stream(stream):
        timed = measure(device, lambda: _copies(source, target), context.policy(Policy()))
        device.synchronize()
    moved = float(size * COPIES)
    bandwidth = rate_of(
        "bytes_per_s",
        moved,
        "B/s",
        timed,
        params={"bytes": size, "copies": COPIES},
        formula=Formula(bytes=moved),
        correctness=_round_trip(host, remote, back, device),
    )
    small = measure_fixed(
        HostTimer(device), lambda: target[:4].copy_(source[:4]), batch=1, n=LATENCY_SAMPLES
    )
    return outcome(device, [bandwidth, seconds_of("latency_s", small, params={"bytes": 4})])


def _both_ways(context: Context) -> Outcome:
    """Copies to and from the device at once, each on a stream of its own."""
    device = context.open_device()
    size = 2**16 if context.is_tiny else BUFFER
    up = torch.randint(0, 127, (size,), dtype=torch.uint8).pin_memory()
    down = torch.zeros_like(up).pin_memory()
    arrived, leaving = (
        torch.empty(size, dtype=torch.uint8, device=device.torch_device) for _ in range(2)
    )
    leaving.copy_(up)
    _wake(up, arrived, device)
    streams = [device.module.Stream(), device.module.Stream()]

    def exchange() -> None:
        with device.module.stream(streams[0]):
            _copies(up, arrived)
        with device.module.stream(streams[1]):
            _copies(leaving, down)
        for stream in streams:
            stream.synchronize()

    # By the host's clock: events see one stream only.
    timed = measure(HostTimer(device), exchange, context.policy(Policy()))
    moved = 2.0 * size * COPIES
    wrong = int((down != up).sum()) + int((arrived.cpu() != up).sum())
    check = Correctness(metric="wrong_bytes", value=float(wrong), limit=0.0, ok=wrong == 0)
    params = {"bytes": size, "copies": COPIES}
    formula = Formula(bytes=moved)
    figure = rate_of(
        "bytes_per_s", moved, "B/s", timed, params=params, formula=formula, correctness=check
    )
    return outcome(device, [figure])


def _copies(source: torch.Tensor, target: torch.Tensor) -> None:
    for _ in range(COPIES):
        target.copy_(source, non_blocking=True)


def _wake(source: torch.Tensor, target: torch.Tensor, device: Device) -> None:
    """Keep the link busy until it has left its idle generation."""
    start = time.monotonic()
    while time.monotonic() - start < WAKE_S:
        target.copy_(source, non_blocking=True)
        device.synchronize()


def _round_trip(
    host: torch.Tensor, remote: torch.Tensor, back: torch.Tensor, device: Device
) -> Correctness:
    """What came back equals what was sent, byte by byte."""
    back.copy_(remote)
    device.synchronize()
    wrong = int((back != host).sum())
    return Correctness(metric="wrong_bytes", value=float(wrong), limit=0.0, ok=wrong == 0)
