"""Blocks of operations as columns; blocks are joined into one `Operations`."""

from collections.abc import Sequence

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


_COLUMNS = ("flops", "bytes", "count", "m", "n", "k", "groups")


def join_blocks(blocks: Sequence[Block], points: int) -> Operations:
    """One struct of arrays of shape (points, all ops); ops that a point does not run are zero."""
    width = sum(len(block.part) for block in blocks)
    columns = {name: np.empty((points, width)) for name in _COLUMNS}
    start = 0
    for block in blocks:
        stop = start + len(block.part)
        for name, column in columns.items():
            column[:, start:stop] = getattr(block, name)
        start = stop
    runs = columns["count"] > 0
    columns["flops"] *= runs
    columns["bytes"] *= runs
    return Operations(
        part=tuple(part for block in blocks for part in block.part),
        kind=tuple(block.kind for block in blocks for _ in block.part),
        dtype=tuple(dtype for block in blocks for dtype in block.dtype),
        **columns,
    )
