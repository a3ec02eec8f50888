"""Decoders with grouped-query attention and routed experts.

Source of each trait: the modelling code of the family in Hugging Face transformers.
"""

from attrs import frozen

from sizing.engine.models.attention_traits import grouped_query, read_heads
from sizing.engine.models.dimensions import build_spec, read_dimensions
from sizing.engine.models.experts import read_feed_forwards
from sizing.engine.models.layers import FULL_ATTENTION, Layer, Span
from sizing.engine.models.reader import ConfigReader
from sizing.engine.models.spec import ModelSpec
from sizing.engine.models.windows import layer_spans, window_span


@frozen(kw_only=True)
class MoeTraits:
    """What distinguishes one family of routed decoders from another."""

    tied: bool = False
    qkv_bias: bool = False
    output_bias: bool = False
    qk_norm: bool = False


FAMILIES = {
    "mixtral": MoeTraits(),
    "phimoe": MoeTraits(qkv_bias=True, output_bias=True),
    "olmoe": MoeTraits(qk_norm=True),
    "granitemoe": MoeTraits(),
    "qwen2_moe": MoeTraits(qkv_bias=True),
    "qwen3_moe": MoeTraits(qk_norm=True),
    "qwen3_vl_moe_text": MoeTraits(qk_norm=True),
    "glm4_moe": MoeTraits(qkv_bias=True),
    "gpt_oss": MoeTraits(qkv_bias=True, output_bias=True),
    "minimax_m2": MoeTraits(qk_norm=True),
    "step3p5": MoeTraits(qk_norm=True),
    "step3p7": MoeTraits(qk_norm=True),
    "llama4_text": MoeTraits(),
}


def build(reader: ConfigReader) -> ModelSpec:
    """A routed decoder from its config."""
    model_type = reader.text("model_type")
    traits = FAMILIES[model_type]
    dimensions = read_dimensions(reader, tied_default=traits.tied)
    shape = read_heads(reader, dimensions.hidden)
    bias = reader.flag("attention_bias", default=traits.qkv_bias)
    is_llama4 = model_type == "llama4_text"
    shared = reader.integer("intermediate_size") if is_llama4 else None
    feeds = read_feed_forwards(reader, dimensions.hidden, dimensions.layers, shared_width=shared)
    read_spans = chunked_spans if is_llama4 else layer_spans
    spans = read_spans(reader, dimensions.layers)
    reader.check()
    layers = [
        Layer(
            mixer=grouped_query(
                dimensions.hidden,
                shape,
                span=span,
                qkv_bias=bias,
                output_bias=traits.output_bias,
                qk_norm=traits.qk_norm,
            ),
            feed_forward=feed,
            small_parameters=2 * dimensions.hidden,
        )
        for span, feed in zip(spans, feeds, strict=True)
    ]
    return build_spec(dimensions, layers)


def chunked_spans(reader: ConfigReader, layers: int) -> list[Span]:
    """Llama 4: attention inside chunks, except in every fourth layer, which has no rotation."""
    every = reader.integer("no_rope_layer_interval", default=4, high=10_000)
    local = window_span(reader.integer("attention_chunk_size", default=0, low=0))
    return [FULL_ATTENTION if (index + 1) % every == 0 else local for index in range(layers)]
