"""How much of each figure's time goes into which matrix products."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from attrs import frozen

from sizing.engine.operations import Array
from sizing.engine.serving.run import Outcome
from sizing.engine.shape_factors import ShapeFactors

FIRST_TOKEN = ("ttft_ms", "prefill_tokens_per_s")
NEXT_TOKENS = ("tpot_ms", "decode_tokens_per_s")
CAPACITY = ("peak_memory_gb", "max_concurrency")
"""Figures that no rate has a part in."""


@frozen(kw_only=True)
class Share:
    """One weight matrix: the share of a figure's time that products with it take.

    Attributes:
        rows: rows of these products, by time the middle one.
        seconds: of one such product, as priced.
    """

    part: str
    dtype: str
    n: int
    k: int
    rows: int
    share: float
    seconds: float


def steps_of(outcome: Outcome, metric: str) -> Array:
    """How often each step counts for a metric, shape (steps,); zeros where none does."""
    step = outcome.priced.step
    if metric in CAPACITY:
        return np.zeros_like(outcome.repeats)
    if metric in FIRST_TOKEN:
        return outcome.repeats * (step.prefill_tokens > 0)
    if metric in NEXT_TOKENS and (step.decode_tokens > 0).any():
        return outcome.repeats * (step.decode_tokens > 0)
    return outcome.repeats


def matrix_share(outcome: Outcome, metric: str, chosen: npt.NDArray[np.bool_]) -> float:
    """Share of a metric's time in operations that are chosen, bool of shape (steps, ops)."""
    repeats = steps_of(outcome, metric)
    total = float(repeats @ outcome.priced.price.total)
    if total <= 0.0:
        return 0.0
    kernels = outcome.priced.price.kernels
    return min(float(repeats @ np.where(chosen, kernels, 0.0).sum(axis=1)) / total, 1.0)


def plain_products(outcome: Outcome) -> npt.NDArray[np.bool_]:
    """Which operations are single matrix products, shape (steps, ops)."""
    operations = outcome.priced.operations
    is_plain = np.array([kind == "gemm" for kind in operations.kind])
    return np.broadcast_to(is_plain, operations.flops.shape) & (operations.count > 0)


def timed_products(outcome: Outcome, table: ShapeFactors | None) -> npt.NDArray[np.bool_]:
    """Which of them run with weights that were timed, shape (steps, ops)."""
    operations = outcome.priced.operations
    shape = operations.flops.shape
    found = np.zeros(shape, dtype=bool)
    if table is not None:
        m, n, k = (np.broadcast_to(x, shape) for x in (operations.m, operations.n, operations.k))
        for op, dtype in enumerate(operations.dtype):
            found[:, op] = table.covers(dtype, m[:, op], n[:, op], k[:, op])
    return found & plain_products(outcome)


def product_shares(outcome: Outcome, metric: str) -> Iterator[Share]:
    """The weight matrices behind a metric."""
    operations, price = outcome.priced.operations, outcome.priced.price
    repeats = steps_of(outcome, metric)
    total = float(repeats @ price.total)
    if total <= 0.0:
        return
    spent = np.where(plain_products(outcome), price.kernels, 0.0) * repeats[:, None]
    sizes = [np.broadcast_to(x, spent.shape) for x in (operations.m, operations.n, operations.k)]
    for op in np.flatnonzero(spent.sum(axis=0) > 0.0):
        middle = _middle_row(sizes[0][:, op], spent[:, op])
        yield Share(
            part=operations.part[op],
            dtype=operations.dtype[op],
            n=int(sizes[1][middle, op]),
            k=int(sizes[2][middle, op]),
            rows=max(round(float(sizes[0][middle, op])), 1),
            share=float(spent[:, op].sum()) / total,
            seconds=float(price.kernels[middle, op] / operations.count[middle, op]),
        )


def _middle_row(rows: Array, spent: Array) -> int:
    """The step in whose rows half the time is spent."""
    order = np.argsort(rows, kind="stable")
    reached = np.cumsum(spent[order]) >= 0.5 * spent.sum()
    return int(order[int(np.argmax(reached))])
