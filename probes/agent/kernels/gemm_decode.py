"""`gemm.decode`: products of a few rows, eager and in a graph; they mostly read weights."""

from collections.abc import Callable

import attrs
import torch

from probes.agent import statistics
from probes.agent.device import Device
from probes.agent.kernels.context import Context, Outcome, outcome, rate_of, seconds_of
from probes.agent.kernels.figures import format_of, policy_of
from probes.agent.kernels.gemm import Pool, Shape, gemm_format, product, verify
from probes.agent.timing import Timed, measure
from probes.protocol import Formula, Measurement

ROWS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
#: Up to this many rows the product is bound by reading its weights.
FEW_ROWS = 16
GRAPH_LAUNCHES = 20


def run(context: Context) -> Outcome:
    """Bytes per second up to 16 rows, seconds above; eager, and in a CUDA graph of 20 launches."""
    device = context.open_device()
    fmt = gemm_format(format_of(context), context.info.backend)
    n, k = (64, 32) if context.is_tiny else (4096, 4096) if device.on_cpu else (28672, 8192)
    rows = ROWS[:3] if context.is_tiny else ROWS
    shapes = [Shape(m=m, n=n, k=k) for m in rows]
    pool = Pool(device, fmt, shapes, context.seed("inputs"))
    found = []
    for i, shape in enumerate(shapes):
        context.progress(i, len(shapes))
        found += _both(context, device, pool, shape)
    return outcome(device, found)


def _both(context: Context, device: Device, pool: Pool, shape: Shape) -> list[Measurement]:
    multiply, operands = product(pool.fmt, device), pool.operands(shape, cold=False)[0]
    correctness, repeats = verify(multiply, operands, pool.fmt, context.seed(shape.label))
    eager = measure(device, lambda: multiply(operands), policy_of(context))
    timings = {"eager": eager}
    if device.kind == "cuda":
        timings["graph"] = _in_graph(context, device, lambda: multiply(operands))
    return [
        attrs.evolve(
            _figure(pool, shape, way, timed),
            correctness=correctness,
            flags=_flags(device, timed, repeats=repeats),
        )
        for way, timed in timings.items()
    ]


def _figure(pool: Pool, shape: Shape, way: str, timed: Timed) -> Measurement:
    moved = pool.fmt.bytes_moved(shape)
    rest = {
        "params": {"m": shape.m, "n": shape.n, "k": shape.k, "dtype": pool.fmt.name, "way": way},
        "formula": Formula(flops=shape.flops, bytes=moved),
    }
    if shape.m <= FEW_ROWS:
        return rate_of(f"bytes_per_s.{way}.m{shape.m}", moved, "B/s", timed, **rest)
    return seconds_of(f"time_s.{way}.m{shape.m}", timed, **rest)


def _flags(device: Device, timed: Timed, *, repeats: bool) -> tuple[str, ...]:
    contended = statistics.is_contended(timed.samples, on_cpu=device.on_cpu)
    flags = {"contended": contended, "not_repeatable": not repeats}
    return tuple(name for name, is_set in flags.items() if is_set)


def _in_graph(context: Context, device: Device, call: Callable[[], object]) -> Timed:
    """Seconds per launch of a CUDA graph of `GRAPH_LAUNCHES` equal products."""
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for _ in range(GRAPH_LAUNCHES):
            call()
    timed = measure(device, graph.replay, policy_of(context))
    each = 1.0 / GRAPH_LAUNCHES
    return attrs.evolve(timed, samples=statistics.scaled(timed.samples, each))
