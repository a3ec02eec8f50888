"""DeepSeek V4: compressed attention in every layer, hyper-connections, routed experts.

Source: config files of the published checkpoints; compression ratios are listed per layer.
"""

from sizing.engine.models.compressed_mixer import CompressedAttention
from sizing.engine.models.dimensions import build_spec, read_dimensions
from sizing.engine.models.experts import read_feed_forwards
from sizing.engine.models.layers import Layer
from sizing.engine.models.reader import ConfigReader
from sizing.engine.models.spec import ModelSpec


def build(reader: ConfigReader) -> ModelSpec:
    """A compressed-attention decoder from its config."""
    dimensions = read_dimensions(reader, tied_default=False)
    hidden, layers = dimensions.hidden, dimensions.layers
    ratios = reader.whole_numbers("compress_ratios", low=0, high=1_000_000)
    if len(ratios) < layers:
        reader.fail("compress_ratios", f"must list the {layers} layers.")
    reader.check()
    mixers = {
        ratio: _mixer(reader, hidden, ratio, min(filter(None, ratios), default=0))
        for ratio in sorted(set(ratios[:layers]))
    }
    feeds = read_feed_forwards(reader, hidden, layers)
    reader.check()
    streams = reader.integer("hc_mult", default=1, high=1000)
    # Hyper-connections mix `streams` residuals before and after each half.
    mixing = 2 * streams * hidden * (2 + streams) * streams if streams > 1 else 0
    return build_spec(
        dimensions,
        [
            Layer(mixer=mixers[ratio], feed_forward=feed, small_parameters=2 * hidden + mixing)
            for ratio, feed in zip(ratios[:layers], feeds, strict=True)
        ],
    )


def _mixer(reader: ConfigReader, hidden: int, ratio: int, finest: int) -> CompressedAttention:
    selects = ratio == finest and ratio > 0
    return CompressedAttention(
        hidden=hidden,
        heads=reader.integer("num_attention_heads", high=100_000),
        head_dim=reader.integer("head_dim", high=65_536),
        query_rank=reader.integer("q_lora_rank", high=1_000_000),
        groups=reader.integer("o_groups", default=1, high=100_000),
        group_rank=reader.integer("o_lora_rank", high=1_000_000),
        window=reader.integer("sliding_window"),
        ratio=ratio,
        top=reader.integer("index_topk", default=0, low=0) if selects else 0,
        index_heads=reader.integer("index_n_heads", default=0, low=0) if selects else 0,
        index_dim=reader.integer("index_head_dim", default=0, low=0) if selects else 0,
    )
