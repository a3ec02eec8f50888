"""Decoders whose local and global layers differ in head counts: Gemma 4 and MiMo V2.

Source: the modelling code of the families in Hugging Face transformers and in the checkpoints.
"""

from sizing.engine.models.attention_traits import (
    HeadShape,
    check_heads,
    grouped_query,
    read_heads,
)
from sizing.engine.models.dimensions import build_spec, read_dimensions
from sizing.engine.models.experts import read_feed_forwards
from sizing.engine.models.layers import FULL_ATTENTION, FeedForward, Layer
from sizing.engine.models.reader import ConfigReader
from sizing.engine.models.spec import ModelSpec
from sizing.engine.models.windows import layer_spans, window_span


def build_gemma4(reader: ConfigReader) -> ModelSpec:
    """Gemma 4: wide global heads whose values are their keys; experts beside a dense part."""
    dimensions = read_dimensions(reader, tied_default=True)
    hidden, layers = dimensions.hidden, dimensions.layers
    local = read_heads(reader, hidden)
    width = reader.integer("intermediate_size")
    shape = HeadShape(
        heads=local.heads,
        kv_heads=reader.integer("num_global_key_value_heads", default=local.kv_heads),
        head_dim=reader.integer("global_head_dim", default=local.head_dim, high=65_536),
        value_dim=reader.integer("global_head_dim", default=local.value_dim, high=65_536),
    )
    check_heads(reader, shape.heads, shape.kv_heads)
    shared = reader.flag("attention_k_eq_v", default=False)
    feeds = [FeedForward(hidden=hidden, width=width)] * layers
    if reader.flag("enable_moe_block", default=False):
        feeds = read_feed_forwards(reader, hidden, layers, shared_width=width)
    spans = layer_spans(reader, layers)
    reader.check()
    everywhere = grouped_query(hidden, shape, qk_norm=True, shared_values=shared)
    return build_spec(
        dimensions,
        [
            Layer(
                mixer=everywhere
                if span == FULL_ATTENTION
                else grouped_query(hidden, local, span=span, qk_norm=True),
                feed_forward=feed,
                norms=4,
                small_parameters=4 * hidden,
            )
            for span, feed in zip(spans, feeds, strict=True)
        ],
    )


def build_mimo_v2(reader: ConfigReader) -> ModelSpec:
    """MiMo V2 Flash: window layers have more key-value heads than global ones."""
    dimensions = read_dimensions(reader, tied_default=False)
    hidden, layers = dimensions.hidden, dimensions.layers
    full = read_heads(reader, hidden)
    local = HeadShape(
        heads=reader.integer("swa_num_attention_heads", default=full.heads, high=100_000),
        kv_heads=reader.integer("swa_num_key_value_heads", default=full.kv_heads, high=100_000),
        head_dim=reader.integer("swa_head_dim", default=full.head_dim, high=65_536),
        value_dim=reader.integer("swa_v_head_dim", default=full.value_dim, high=65_536),
    )
    check_heads(reader, local.heads, local.kv_heads)
    window = reader.integer("sliding_window", "sliding_window_size", default=0, low=0)
    pattern = reader.sequence("hybrid_layer_pattern", layers) or [0] * layers
    feeds = read_feed_forwards(reader, hidden, layers)
    reader.check()
    mixers = {
        True: grouped_query(hidden, local, span=window_span(window)),
        False: grouped_query(hidden, full),
    }
    return build_spec(
        dimensions,
        [
            Layer(mixer=mixers[flag == 1], feed_forward=feed, small_parameters=2 * hidden)
            for flag, feed in zip(pattern, feeds, strict=True)
        ],
    )
