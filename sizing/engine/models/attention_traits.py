"""Attention as config files describe it: heads, key-value heads, head width, biases."""

from attrs import frozen

from sizing.engine.models.layers import FULL_ATTENTION, Span
from sizing.engine.models.mixers import Attention
from sizing.engine.models.reader import ConfigReader

KV_HEAD_KEYS = ("num_key_value_heads", "num_kv_heads", "n_head_kv", "kv_n_heads")


@frozen(kw_only=True)
class HeadShape:
    """Head counts and widths of one attention layer."""

    heads: int
    kv_heads: int
    head_dim: int
    value_dim: int


def read_heads(reader: ConfigReader, hidden: int) -> HeadShape:
    """Head counts and widths; missing key-value heads mean as many as query heads."""
    heads = reader.integer("num_attention_heads", "n_head", "n_heads", high=100_000)
    kv_heads = reader.integer(*KV_HEAD_KEYS, default=heads, high=100_000)
    head_dim = reader.integer(
        "head_dim", "attention_head_dim", default=max(hidden // heads, 1), high=65_536
    )
    value_dim = reader.integer("v_head_dim", default=head_dim, high=65_536)
    check_heads(reader, heads, kv_heads)
    return HeadShape(heads=heads, kv_heads=kv_heads, head_dim=head_dim, value_dim=value_dim)


def check_heads(reader: ConfigReader, heads: int, kv_heads: int) -> None:
    """Query heads must be a multiple of key-value heads."""
    if heads % kv_heads:
        reader.fail("num_key_value_heads", f"{kv_heads} must divide the {heads} attention heads.")


def grouped_query(
    hidden: int,
    shape: HeadShape,
    *,
    span: Span = FULL_ATTENTION,
    qkv_bias: bool = False,
    output_bias: bool = False,
    qk_norm: bool = False,
    output_gate: bool = False,
    shared_values: bool = False,
) -> Attention:
    """Grouped-query attention of this shape; biases and norms are counted as parameters."""
    qkv_width = shape.heads * shape.head_dim + shape.kv_heads * (shape.head_dim + shape.value_dim)
    small = qkv_width * qkv_bias + hidden * output_bias + 2 * shape.head_dim * qk_norm
    return Attention(
        hidden=hidden,
        heads=shape.heads,
        kv_heads=shape.kv_heads,
        head_dim=shape.head_dim,
        value_dim=shape.value_dim,
        span=span,
        output_gate=output_gate,
        shared_values=shared_values,
        small_parameters=small,
    )
