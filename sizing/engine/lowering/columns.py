"""Blocks of operations as columns; blocks are joined into one `Operations`."""

from collections.abc import Sequence

import numpy as np
from attrs import frozen

from sizing.engine.operations import Array, Operations, OpKind


@frozen(kw_only=True, eq=False)
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
    widths = [len(block.part) for block in blocks]

    def column(name: str) -> Array:
        shaped = [
            np.broadcast_to(getattr(block, name), (points, width))
            for block, width in zip(blocks, widths, strict=True)
        ]
        return np.concatenate(shaped, axis=1)

    runs = column("count") > 0
    return Operations(
        part=tuple(part for block in blocks for part in block.part),
        kind=tuple(block.kind for block in blocks for _ in block.part),
        dtype=tuple(dtype for block in blocks for dtype in block.dtype),
        flops=np.where(runs, column("flops"), 0.0),
        bytes=np.where(runs, column("bytes"), 0.0),
        count=column("count"),
        m=column("m"),
        n=column("n"),
        k=column("k"),
        groups=column("groups"),
    )
