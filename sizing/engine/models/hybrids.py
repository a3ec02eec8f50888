"""Hybrids of attention and linear-attention layers: Qwen 3.5, Qwen3-Next, Kimi Linear.

Source: the modelling code of the families in Hugging Face transformers and in the checkpoints.
"""

from sizing.engine.models.attention_traits import grouped_query, read_heads
from sizing.engine.models.dimensions import build_spec, read_dimensions
from sizing.engine.models.experts import read_feed_forwards
from sizing.engine.models.latent_decoders import read_latent
from sizing.engine.models.layers import FeedForward, Layer, Mixer
from sizing.engine.models.reader import ConfigReader
from sizing.engine.models.spec import ModelSpec
from sizing.engine.models.state_mixer import delta_net, kimi_delta

DELTA_FAMILIES = ("qwen3_5_text", "qwen3_5_moe_text", "qwen3_next")


def build_delta(reader: ConfigReader) -> ModelSpec:
    """Qwen 3.5 and Qwen3-Next: three gated delta layers to one gated attention layer."""
    dimensions = read_dimensions(reader, tied_default=False)
    hidden, layers = dimensions.hidden, dimensions.layers
    gate = reader.flag("attn_output_gate", default=True)
    full = grouped_query(hidden, read_heads(reader, hidden), qk_norm=True, output_gate=gate)
    linear = delta_net(
        hidden,
        key_heads=reader.integer("linear_num_key_heads", high=100_000),
        key_dim=reader.integer("linear_key_head_dim", high=65_536),
        value_heads=reader.integer("linear_num_value_heads", high=100_000),
        value_dim=reader.integer("linear_value_head_dim", high=65_536),
        taps=reader.integer("linear_conv_kernel_dim", default=4, high=1000),
    )
    feeds = _feeds(reader, hidden, layers)
    every = reader.integer("full_attention_interval", default=4, high=10_000)
    kinds = reader.sequence("layer_types", layers)
    if kinds is None:
        kinds = ["full_attention" if (i + 1) % every == 0 else "" for i in range(layers)]
    reader.check()
    mixers: list[Mixer] = [full if kind == "full_attention" else linear for kind in kinds]
    return build_spec(
        dimensions,
        [
            Layer(mixer=mixer, feed_forward=feed, small_parameters=2 * hidden)
            for mixer, feed in zip(mixers, feeds, strict=True)
        ],
    )


def _feeds(reader: ConfigReader, hidden: int, layers: int) -> list[FeedForward]:
    if reader.has("num_experts"):
        return read_feed_forwards(reader, hidden, layers)
    return [FeedForward(hidden=hidden, width=reader.integer("intermediate_size"))] * layers


def build_kimi_linear(reader: ConfigReader) -> ModelSpec:
    """Kimi Linear and K3: delta attention layers with latent attention between them."""
    dimensions = read_dimensions(reader, tied_default=False)
    hidden, layers = dimensions.hidden, dimensions.layers
    section = reader.section("linear_attn_config")
    full = set(section.whole_numbers("full_attn_layers", low=1, high=10_000))
    linear = kimi_delta(
        hidden,
        heads=section.integer("num_heads", high=100_000),
        head_dim=section.integer("head_dim", high=65_536),
        taps=section.integer("short_conv_kernel_size", default=4, high=1000),
        full_rank_gate=section.flag("use_full_rank_gate", default=False),
    )
    gate = reader.flag("mla_use_output_gate", default=False)
    latent = read_latent(reader, hidden, output_gate=gate)
    feeds = read_feed_forwards(reader, hidden, layers)
    reader.check()
    return build_spec(
        dimensions,
        [
            Layer(
                mixer=latent if index + 1 in full else linear,
                feed_forward=feed,
                small_parameters=2 * hidden,
            )
            for index, feed in enumerate(feeds)
        ],
    )
