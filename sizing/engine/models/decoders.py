"""Dense decoders of the Llama line: gated feed-forward, rotary positions, RMS norms.

Source of each trait: the modelling code of the family in Hugging Face transformers.
"""

from attrs import frozen

from sizing.engine.models.attention_traits import grouped_query, read_heads
from sizing.engine.models.dimensions import build_spec, read_dimensions
from sizing.engine.models.layers import FeedForward, Layer
from sizing.engine.models.reader import ConfigReader
from sizing.engine.models.spec import ModelSpec
from sizing.engine.models.windows import layer_spans


@frozen(kw_only=True)
class DecoderTraits:
    """What distinguishes one dense gated decoder from another.

    Attributes:
        tied: what an absent `tie_word_embeddings` means.
        qkv_bias: biases on query, key and value when `attention_bias` is absent.
        norms: normalisations of hidden width per layer.
        halved_width: `intermediate_size` counts gate and up together (first Qwen family).
        gated: three feed-forward matrices.
        parallel: attention and feed-forward share their input.
    """

    tied: bool = False
    qkv_bias: bool = False
    qk_norm: bool = False
    norms: int = 2
    halved_width: bool = False
    gated: bool = True
    parallel: bool = False


FAMILIES = {
    "llama": DecoderTraits(),
    "mistral": DecoderTraits(),
    "ministral": DecoderTraits(),
    "mimo": DecoderTraits(qkv_bias=True),
    "phi3": DecoderTraits(),
    "qwen": DecoderTraits(qkv_bias=True, halved_width=True),
    "qwen2": DecoderTraits(qkv_bias=True),
    "qwen2_5_vl": DecoderTraits(qkv_bias=True),
    "qwen2_5_vl_text": DecoderTraits(qkv_bias=True),
    "qwen3": DecoderTraits(qk_norm=True),
    "qwen3_vl_text": DecoderTraits(qk_norm=True),
    "gemma": DecoderTraits(tied=True),
    "gemma2": DecoderTraits(tied=True, norms=4),
    "gemma3_text": DecoderTraits(tied=True, norms=4, qk_norm=True),
    "internlm2": DecoderTraits(),
    "internlm3": DecoderTraits(),
    "baichuan": DecoderTraits(),
    "yi": DecoderTraits(),
    "olmo": DecoderTraits(),
    "olmo2": DecoderTraits(qk_norm=True),
    "granite": DecoderTraits(),
    "exaone": DecoderTraits(),
    "smollm3": DecoderTraits(tied=True),
    "seed_oss": DecoderTraits(qkv_bias=True),
    "cohere": DecoderTraits(tied=True, norms=1, parallel=True),
    "cohere2": DecoderTraits(tied=True, norms=1, parallel=True),
    "starcoder2": DecoderTraits(tied=True, gated=False, qkv_bias=True),
    "nemotron": DecoderTraits(gated=False),
}


def build(reader: ConfigReader) -> ModelSpec:
    """A dense gated decoder from its config."""
    traits = FAMILIES[reader.text("model_type")]
    dimensions = read_dimensions(reader, tied_default=traits.tied)
    width = reader.integer("intermediate_size") // (2 if traits.halved_width else 1)
    shape = read_heads(reader, dimensions.hidden)
    bias = reader.flag("attention_bias", "qkv_bias", default=traits.qkv_bias)
    spans = layer_spans(reader, dimensions.layers)
    reader.check()
    feed = FeedForward(hidden=dimensions.hidden, width=width, gated=traits.gated)
    layers = [
        Layer(
            mixer=grouped_query(
                dimensions.hidden, shape, span=span, qkv_bias=bias, qk_norm=traits.qk_norm
            ),
            feed_forward=feed,
            norms=traits.norms,
            parallel=traits.parallel,
            small_parameters=traits.norms * dimensions.hidden,
        )
        for span in spans
    ]
    return build_spec(dimensions, layers)
