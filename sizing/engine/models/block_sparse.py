"""MiniMax M3: grouped-query attention that selects blocks of positions, routed experts.

Source: config file of the published checkpoint.
"""

from attrs import evolve

from sizing.engine.models.attention_traits import grouped_query, read_heads
from sizing.engine.models.dimensions import build_spec, read_dimensions
from sizing.engine.models.experts import read_feed_forwards
from sizing.engine.models.layers import Layer, Span
from sizing.engine.models.reader import ConfigReader
from sizing.engine.models.spec import ModelSpec


def build(reader: ConfigReader) -> ModelSpec:
    """A block-selecting decoder from its config."""
    dimensions = read_dimensions(reader, tied_default=False)
    hidden, layers = dimensions.hidden, dimensions.layers
    dense = grouped_query(hidden, read_heads(reader, hidden), qk_norm=True)
    section = reader.section("sparse_attention_config")
    flags = section.sequence("sparse_attention_freq", layers) or [0] * layers
    block = section.integer("sparse_block_size", default=1)
    blocks = section.integer("sparse_topk_blocks", default=1)
    sparse = evolve(
        dense,
        span=Span(top=block * blocks),
        index_heads=section.integer("sparse_num_index_heads", default=0, low=0, high=100_000),
        index_dim=section.integer("sparse_index_dim", default=0, low=0, high=65_536),
    )
    feeds = read_feed_forwards(reader, hidden, layers)
    reader.check()
    return build_spec(
        dimensions,
        [
            Layer(mixer=sparse if flag else dense, feed_forward=feed, small_parameters=2 * hidden)
            for flag, feed in zip(flags, feeds, strict=True)
        ],
    )
