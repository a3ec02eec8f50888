"""`host.launch`: what the host pays to start one small kernel."""

import time

import attrs
import torch

from probes.agent import statistics
from probes.agent.device import Device
from probes.agent.kernels.context import Context, Outcome, outcome, seconds_of
from probes.agent.timing import Call, Timed, measure_fixed
from probes.protocol import Correctness, Measurement

CALLS = 10_000
SAMPLES = 20
SINGLES = 1000
NODES = 100


class IssueTimer:
    """Times the host while it issues calls, without waiting for the device to run them."""

    def __init__(self, device: Device) -> None:
        self.device = device

    def seconds(self, call: Call, batch: int) -> float:
        """Seconds to issue `batch` calls; the queue is drained afterwards, untimed."""
        start = time.perf_counter()
        for _ in range(batch):
            call()
        took = time.perf_counter() - start
        self.device.synchronize()
        return took


class HostTimer:
    """Times single calls by the host's clock, each waited for."""

    def __init__(self, device: Device) -> None:
        self.device = device

    def seconds(self, call: Call, batch: int) -> float:
        """Seconds of `batch` calls including the wait for the last."""
        start = time.perf_counter()
        for _ in range(batch):
            call()
        self.device.synchronize()
        return time.perf_counter() - start


class Counter:
    """A one-element tensor on the device that counts the kernels run on it."""

    def __init__(self, device: Device) -> None:
        dtype = torch.int32 if device.backend == "mps" else torch.int64
        self.value = torch.zeros(1, dtype=dtype, device=device.torch_device)
        self.issued = 0

    def add(self) -> None:
        self.value.add_(1)
        self.issued += 1

    def add_and_read(self) -> None:
        self.add()
        self.value.item()

    def check(self) -> Correctness:
        """The tensor holds exactly as many as were issued."""
        wrong = abs(int(self.value.item()) - self.issued)
        return Correctness(metric="lost_launches", value=float(wrong), limit=0.0, ok=wrong == 0)


def run(context: Context) -> Outcome:
    """Seconds per launch: issued back to back, waited for one by one, read back, in a graph."""
    device, scale = context.open_device(), 100 if context.is_tiny else 1
    counter, host = Counter(device), HostTimer(device)
    calls, singles = CALLS // scale, SINGLES // scale
    issued = measure_fixed(IssueTimer(device), counter.add, batch=calls, n=SAMPLES)
    context.progress(1, 4)
    waited = measure_fixed(host, counter.add, batch=1, n=singles)
    context.progress(2, 4)
    read = measure_fixed(host, counter.add_and_read, batch=1, n=singles)
    context.progress(3, 4)
    found = [
        _launch("issue_s", issued, device),
        _launch("synced_s", waited, device),
        _launch("item_s", read, device),
    ]
    found = [attrs.evolve(m, correctness=counter.check()) for m in found]
    if device.kind == "cuda":
        found.append(_launch("graph_node_s", _graph(device), device))
    return outcome(device, found)


def _launch(metric: str, timed: Timed, device: Device) -> Measurement:
    contended = statistics.is_contended(timed.samples, on_cpu=device.on_cpu)
    return seconds_of(metric, timed, flags=("contended",) if contended else ())


def _graph(device: Device) -> Timed:
    """Seconds per kernel node of a CUDA graph of `NODES` additions."""
    value = torch.zeros(1, device=device.torch_device)
    value.add_(1)
    device.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for _ in range(NODES):
            value.add_(1)
    timed = measure_fixed(device, graph.replay, batch=20, n=SAMPLES)
    per_node = statistics.scaled(timed.samples, 1 / NODES)
    return attrs.evolve(timed, samples=per_node)
