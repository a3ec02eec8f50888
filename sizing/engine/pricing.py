"""Price operations on a device: calibrated roofline per class, then host and messages.

Model C of sizing.md section 4, per launch:
`t = t0 + ((F/P)^p + (B/W)^p)^(1/p)` with FLOPs F, bytes B, sustained P and W, ridge sharpness p.
"""

from collections.abc import Iterator
from itertools import groupby

import numpy as np
import numpy.typing as npt
from attrs import frozen

from sizing.engine.collectives import collective_seconds
from sizing.engine.host import step_seconds
from sizing.engine.operations import Array, Collectives, Operations, OpKind, Step
from sizing.engine.rates import PointShapes, Rates
from sizing.engine.roofline import ridge_seconds

MATRIX_SLOTS = {
    "gemm": ("gemm_compute", "gemm_memory"),
    "grouped_gemm": ("expert_compute", "expert_memory"),
}


@frozen(kw_only=True, eq=False, repr=False)
class PricedStep:
    """Seconds of steps, shape (points,) unless said otherwise.

    Attributes:
        total: duration of the step.
        kernels: device seconds of each op, shape (points, ops).
        compute_share: share of the compute roof in each op's time, shape (points, ops).
        messages: seconds of each kind of collective, shape (points, collectives).
        host: host seconds of the step, hidden or not.
    """

    total: Array
    kernels: Array
    compute_share: Array
    messages: Array
    host: Array


def _op_rates(kind: OpKind, dtype: str, n: Array, rates: Rates) -> tuple[Array, Array]:
    if kind in MATRIX_SLOTS:
        compute_slot, memory_slot = MATRIX_SLOTS[kind]
        return rates(compute_slot, dtype)[:, None], rates(memory_slot, dtype)[:, None]
    if kind == "elementwise":
        return rates("attention_compute")[:, None], rates("elementwise_memory")[:, None]
    if kind == "attention_prefill":
        return rates("attention_compute")[:, None], rates("attention_memory")[:, None]
    busy = n / (n + rates("attention_half_blocks")[:, None])
    memory = rates("attention_memory")[:, None] * np.maximum(busy, 1e-3)
    return rates("attention_compute")[:, None], memory


def _runs(operations: Operations) -> Iterator[tuple[OpKind, str, slice]]:
    """Neighbouring operations that share their rates."""
    start = 0
    pairs = zip(operations.kind, operations.dtype, strict=True)
    for (kind, dtype), run in groupby(pairs):
        stop = start + sum(1 for _ in run)
        yield kind, dtype, slice(start, stop)
        start = stop


def _rate_columns(operations: Operations, rates: Rates) -> tuple[Array, Array]:
    """Compute rate and bandwidth of every operation, shape (points, ops)."""
    rate, bandwidth = np.empty_like(operations.flops), np.empty_like(operations.flops)
    for kind, dtype, run in _runs(operations):
        rate[:, run], bandwidth[:, run] = _op_rates(kind, dtype, operations.n[:, run], rates)
    return rate, bandwidth


def _shape_factors(operations: Operations, shapes: PointShapes) -> Array:
    """What timed products of a device correct, shape (points, ops); 1 beside plain products."""
    factors = np.ones_like(operations.flops)
    m, k = operations.m, operations.k
    for kind, dtype, run in _runs(operations):
        if kind == "gemm":
            sizes = (np.broadcast_to(x, factors.shape)[:, run] for x in (m, operations.n, k))
            factors[:, run] = shapes.factors(dtype, *sizes)
    return factors


def price_step(
    operations: Operations,
    collectives: Collectives,
    step: Step,
    rates: Rates,
    *,
    per_node: Array,
    overlaps_host: bool | npt.NDArray[np.bool_],
    busy_stages: Array | float = 1.0,
) -> PricedStep:
    """Seconds of scheduler steps, one per point.

    Args:
        rates: achievable rates, one value per point or one for all.
        per_node: accelerators of one node, shape (points,) or (1,).
        busy_stages: pipeline stages that work on different requests at once; each needs the
            host for every step that passes it, so a step's share of host time grows with them.
    """
    rate, bandwidth = _rate_columns(operations, rates)
    one = ridge_seconds(
        operations.flops,
        operations.bytes,
        peak_flops=rate,
        bytes_per_s=bandwidth,
        sharpness=rates("ridge")[:, None],
    )
    if rates.shapes is not None:
        one = one * _shape_factors(operations, rates.shapes)
    launch = rates("launch_s")[:, None]
    kernels = operations.count * (one + np.where(operations.count > 0, launch, 0.0))
    columns = [collective_seconds(message, rates, per_node) for message in collectives]
    messages = np.stack(columns, axis=1) if columns else np.zeros((kernels.shape[0], 0))
    host = busy_stages * (rates("host_step_s") + rates("host_sequence_s") * step.logits)
    device = kernels.sum(axis=1) + messages.sum(axis=1)
    compute = operations.flops / rate
    return PricedStep(
        total=step_seconds(device, host, overlaps=overlaps_host),
        kernels=kernels,
        compute_share=np.divide(compute, one, out=np.zeros_like(one), where=one > 0),
        messages=messages,
        host=host,
    )
