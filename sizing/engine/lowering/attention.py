"""Attention kernels between the projections: prompts and single tokens are priced apart."""

import numpy as np
from attrs import frozen

from sizing.engine.dtypes import Formats, bytes_per_element
from sizing.engine.lowering.columns import Block
from sizing.engine.lowering.recipe import recipe_of
from sizing.engine.lowering.spans import mean_visible
from sizing.engine.models.layers import Core
from sizing.engine.models.spec import ModelSpec, cached_positions
from sizing.engine.operations import Array, Layout, OpKind, Step


def prefill_blocks(model: ModelSpec, formats: Formats, layout: Layout, step: Step) -> list[Block]:
    """Prompt attention, one block per distinct kernel.

    FLOPs = 2 (score + value) x heads x query tokens x mean positions (4 s^2 d h of
    FlashAttention, Dao 2022, halved by causality); bytes = queries and results plus one pass over
    the keys and values of each prompt.
    """
    half = step.prefill_tokens / np.maximum(step.prompts, 1e-9) / 2
    first = np.maximum(step.prefill_context - half, 0.0)
    queries = _Queries(
        kind="attention_prefill",
        rows=step.prefill_tokens / layout.attention_dp,
        sequences=step.prompts / layout.attention_dp,
        first=first,
        last=first + 2 * half,
    )
    cores = recipe_of(model).prefill_cores
    return [_block(core, count, formats, layout, queries) for core, count in cores]


def decode_blocks(model: ModelSpec, formats: Formats, layout: Layout, step: Step) -> list[Block]:
    """Attention of new tokens, one or a few to verify per sequence, one block per distinct kernel.

    Bytes are the cached keys and values that the span reads, at the width of the cache format;
    key-value heads are replicated once tensor parallel ranks exceed them.
    """
    sequences = step.decode_tokens / layout.attention_dp
    queries = _Queries(
        kind="attention_decode",
        rows=step.decode_rows / layout.attention_dp,
        sequences=sequences,
        first=step.decode_context,
        last=step.decode_context,
    )
    cores = recipe_of(model).decode_cores
    return [_block(core, count, formats, layout, queries) for core, count in cores]


def local_kv_heads(core: Core, layout: Layout) -> Array:
    """Key-value heads on one rank, at least one."""
    return np.maximum(core.kv_heads / layout.tp, 1.0)


@frozen(kw_only=True, eq=False, repr=False)
class _Queries:
    """Query tokens of one rank and the positions they stand at; arrays (points,)."""

    kind: OpKind
    rows: Array
    sequences: Array
    first: Array
    last: Array


def _block(core: Core, count: int, formats: Formats, layout: Layout, queries: _Queries) -> Block:
    visible = mean_visible(core.span, queries.first, queries.last)
    heads = core.query_heads / layout.tp
    cached = local_kv_heads(core, layout)
    wide = bytes_per_element(formats.wide)
    flops = 2 * (core.score_dim + core.value_dim) * heads * queries.rows * visible
    flops = flops + core.index_flops * queries.rows * (queries.first + queries.last) / 2
    moved = queries.rows * heads * (core.score_dim + core.value_dim) * wide
    moved = moved + queries.sequences * _read_bytes(core, formats, cached, visible, queries)
    columns = (flops, moved, np.where(queries.rows > 0, float(count), 0.0))
    packed = queries.rows / np.maximum(queries.sequences, 1e-9) * heads / cached
    shape = (packed, queries.sequences * cached, visible, np.ones_like(visible))
    flops, moved, counts, m, n, k, groups = (column[:, None] for column in (*columns, *shape))
    return Block(
        part=("prefill attention" if queries.kind == "attention_prefill" else "decode attention",),
        kind=queries.kind,
        dtype=(formats.kv_cache,),
        flops=flops,
        bytes=moved,
        count=counts,
        m=m,
        n=n,
        k=k,
        groups=groups,
    )


def _read_bytes(
    core: Core, formats: Formats, cached: Array, visible: Array, queries: _Queries
) -> Array:
    entry = cached * core.kv_elements * bytes_per_element(formats.kv_cache)
    if queries.kind == "attention_decode":
        return visible * entry + queries.last * core.index_elements
    return cached_positions(core.span, queries.last) * entry
