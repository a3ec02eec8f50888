"""Matrices that every token passes: one GEMM over decode and prefill tokens together."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from attrs import frozen

from sizing.engine.dtypes import Formats, bytes_per_element, covers_whole_file
from sizing.engine.lowering.columns import Block
from sizing.engine.lowering.recipe import recipe_of
from sizing.engine.models.layers import Projection
from sizing.engine.models.spec import ModelSpec
from sizing.engine.operations import Array, Layout, Step

HEAD = "output head gemm"


@frozen(kw_only=True, eq=False, repr=False)
class _Table:
    """Static columns of all projections, arrays of shape (ops,)."""

    part: tuple[str, ...]
    dtype: tuple[str, ...]
    count: Array
    inputs: Array
    outputs: Array
    shared_outputs: Array
    shared_groups: Array
    copies: Array
    cut_outputs: Array
    cut_inputs: Array
    cut_copies: Array
    in_prefill: Array
    in_decode: Array
    head: Array
    stored: Array
    weight_bytes: Array
    operand_bytes: Array
    output_bytes: Array


def linear_block(model: ModelSpec, formats: Formats, layout: Layout, step: Step) -> Block:
    """GEMMs of all projections and the output head, per accelerator.

    Rows are the tokens of one attention-data-parallel group; the head only sees tokens that need
    logits. FLOPs = 2 m n k; bytes = stored weights at their real width + operands + results.
    """
    table = _table(model, formats)
    rows = _rows(table, layout, step)
    columns, inner, groups = _shapes_of(table, layout)
    moved = table.weight_bytes * columns * inner
    moved = moved + rows * (table.operand_bytes * inner + table.output_bytes * columns)
    return Block(
        part=table.part,
        kind="gemm",
        dtype=table.dtype,
        flops=2 * rows * columns * inner * groups,
        bytes=moved * groups,
        count=np.where(rows > 0, table.count, 0.0),
        m=rows,
        n=columns,
        k=inner,
        groups=groups,
    )


def matrix_bytes(model: ModelSpec, formats: Formats, layout: Layout) -> Array:
    """Stored bytes of all projections on one rank before pipelining, the head left out.

    Experts apart; key-value heads replicated where ranks exceed them; shape (points,).
    """
    table = _table(model, formats)
    columns, inner, groups = _shapes(table, layout)
    kept = table.weight_bytes * table.count * table.stored * (1 - table.head)
    return np.asarray((columns * inner * groups * kept).sum(axis=1))


def _shapes_of(table: _Table, layout: Layout) -> tuple[Array, Array, Array]:
    return (_shapes_of_plan if len(layout.tp) == 1 else _shapes)(table, layout)


@lru_cache(maxsize=4096)
def _shapes_of_plan(table: _Table, layout: Layout) -> tuple[Array, Array, Array]:
    return _shapes(table, layout)


def _shapes(table: _Table, layout: Layout) -> tuple[Array, Array, Array]:
    tp = layout.tp[:, None]
    cut = np.where(table.cut_outputs, tp, 1.0)
    columns = table.outputs / cut
    columns = columns + table.shared_outputs * np.maximum(table.shared_groups / cut, 1.0)
    inner = table.inputs / np.where(table.cut_inputs, tp, 1.0)
    return columns, inner, table.copies / np.where(table.cut_copies, tp, 1.0)


def _rows(table: _Table, layout: Layout, step: Step) -> Array:
    prefill = step.prefill_tokens[:, None] * table.in_prefill
    decode = step.decode_rows[:, None] * table.in_decode
    rows = np.where(table.head, step.logits[:, None], prefill + decode)
    return np.asarray(rows / layout.attention_dp[:, None])


@lru_cache(maxsize=1024)
def _table(model: ModelSpec, formats: Formats) -> _Table:
    head = Projection(part=HEAD, inputs=model.hidden, outputs=model.vocab, quantised=False)
    pairs = (*recipe_of(model).projections, (head, 1))
    parts = [projection for projection, _ in pairs]
    stored = [_stored(projection, formats) for projection in parts]
    operands = [formats.activations if name != formats.wide else formats.wide for name in stored]

    def column(values: Sequence[float | bool]) -> Array:
        return np.asarray(values, dtype=np.float64)

    return _Table(
        part=tuple(projection.part for projection in parts),
        dtype=tuple(stored),
        count=column([count for _, count in pairs]),
        inputs=column([p.inputs for p in parts]),
        outputs=column([p.outputs for p in parts]),
        shared_outputs=column([p.shared_outputs for p in parts]),
        shared_groups=column([p.shared_groups for p in parts]),
        copies=column([p.copies for p in parts]),
        cut_outputs=column([p.split == "outputs" for p in parts]),
        cut_inputs=column([p.split == "inputs" for p in parts]),
        cut_copies=column([p.split == "copies" for p in parts]),
        in_prefill=column([p.phase != "decode" for p in parts]),
        in_decode=column([p.phase != "prefill" for p in parts]),
        head=column([p.part == HEAD for p in parts]),
        stored=column([p.stored for p in parts]),
        weight_bytes=column([bytes_per_element(name) for name in stored]),
        operand_bytes=column([bytes_per_element(name) for name in operands]),
        output_bytes=column([bytes_per_element(formats.wide)] * len(parts)),
    )


def _stored(projection: Projection, formats: Formats) -> str:
    if projection.quantised or covers_whole_file(formats.weights):
        return formats.weights
    return formats.wide
