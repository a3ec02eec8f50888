"""Blocks of operations as columns; blocks are joined into one `Operations`."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from attrs import frozen

from sizing.engine.operations import Array, Operations, OpKind


@frozen(kw_only=True, eq=False, repr=False)
class Block:
    """Some operations of one kind; arrays broadcast to (points, ops of the block)."""

    part: tuple[str, ...]
    kind: OpKind
    dtype: tuple[str, ...]
    flops: Array
    bytes: Array
    count: Array
    m: Array
    n: Array
    k: Array
    groups: Array


def join_blocks(blocks: Sequence[Block], points: int) -> Operations:
    """One struct of arrays of shape (points, all ops); ops that a point does not run are zero."""
    joined = partial(_column, blocks, points)
    flops, moved, count = joined("flops"), joined("bytes"), joined("count")
    runs = count > 0
    flops *= runs
    moved *= runs
    return Operations(
        part=tuple(part for block in blocks for part in block.part),
        kind=tuple(block.kind for block in blocks for _ in block.part),
        dtype=tuple(dtype for block in blocks for dtype in block.dtype),
        flops=flops,
        bytes=moved,
        count=count,
        n=joined("n"),
        joined=joined,
    )


def _column(blocks: Sequence[Block], points: int, name: str) -> Array:
    column = np.empty((points, sum(len(block.part) for block in blocks)))
    start = 0
    for block in blocks:
        stop = start + len(block.part)
        column[:, start:stop] = getattr(block, name)
        start = stop
    return column
