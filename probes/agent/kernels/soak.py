"""`soak`: one large product back to back, to see what heat and power leave of the peak."""

import time

import attrs
import numpy as np
import torch

from probes.agent.device import Device
from probes.agent.formats import main_format
from probes.agent.kernels.context import Context, Outcome, SkippedProbeError, outcome
from probes.agent.kernels.gemm import Format, Operands, Pool, Shape, gemm_format, product
from probes.protocol import Correctness, Formula, Measurement

SIDE = 8192
SUSTAINED_S = 20
MOST_BINS_SENT = 600


@attrs.frozen(kw_only=True)
class Length:
    """How long to soak, how wide a bin is, and how often the result is compared; seconds."""

    total_s: float
    bin_s: float = 1.0
    check_s: float = 5.0


@attrs.frozen(kw_only=True)
class Soaked:
    """FLOP/s by bin, and the elements that ever differed from the first result."""

    bins: list[float]
    mismatches: int
    comparisons: int


def run(context: Context) -> Outcome:
    """FLOP/s: the best of the first five bins is the burst, the last 20 s the sustained rate."""
    if context.on_cpu and not context.is_tiny:
        raise SkippedProbeError("a soak tells of heat and power limits of accelerators only")
    device = context.open_device()
    fmt = gemm_format(main_format(context.info), context.info.backend)
    side = 64 if context.is_tiny else SIDE
    shape = Shape(m=side, n=side, k=side)
    pool = Pool(device, fmt, [shape], context.seed("inputs"))
    length = Length(total_s=float(context.job.soak_s))
    if context.is_tiny:
        length = Length(total_s=0.2, bin_s=0.02, check_s=0.05)
    done = soak(device, fmt, shape, pool.operands(shape, cold=False)[0], length)
    return outcome(device, _measurements(done, shape, fmt, length))


def soak(device: Device, fmt: Format, shape: Shape, operands: Operands, length: Length) -> Soaked:
    """Run products for `length.total_s`, comparing the result bit by bit every `check_s`."""
    multiply = product(fmt, device)
    first = multiply(operands).clone()
    batch = max(1, int(length.bin_s / 4 / device.seconds(lambda: multiply(operands), 1)))
    bins: list[float] = []
    mismatches = comparisons = 0
    start = checked = time.monotonic()
    while time.monotonic() - start < length.total_s:
        calls = took = 0.0
        while took < length.bin_s:
            took += device.seconds(lambda: multiply(operands), batch)
            calls += batch
        bins.append(shape.flops * calls / took)
        if time.monotonic() - checked >= length.check_s:
            mismatches += int((multiply(operands) != first).sum())
            comparisons, checked = comparisons + 1, time.monotonic()
    mismatches += int(torch.count_nonzero(multiply(operands) != first))
    return Soaked(bins=bins, mismatches=mismatches, comparisons=comparisons + 1)


def _measurements(done: Soaked, shape: Shape, fmt: Format, length: Length) -> list[Measurement]:
    params = {"m": shape.m, "n": shape.n, "k": shape.k, "dtype": fmt.name}
    check = Correctness(
        metric="mismatches",
        value=float(done.mismatches),
        limit=0.0,
        ok=done.mismatches == 0,
    )
    burst = max(done.bins[:5])
    sustained = float(np.median(done.bins[-max(1, int(SUSTAINED_S / length.bin_s)) :]))
    bins = {"bin_s": length.bin_s, "bins_flops_per_s": done.bins[:MOST_BINS_SENT]}
    rate = Measurement(
        metric="sustained_flops_per_s",
        value=sustained,
        unit="FLOP/s",
        params=params | bins,
        formula=Formula(flops=shape.flops, bytes=fmt.bytes_moved(shape)),
        correctness=check,
    )
    ratio = Measurement(
        metric="sustained_over_burst", value=sustained / burst, unit="1", params=params
    )
    early = attrs.evolve(rate, metric="burst_flops_per_s", value=burst, params=params)
    return [rate, early, ratio]
