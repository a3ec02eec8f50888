"""Decoders of the GPT line: ungated feed-forward, often biases, often learned positions.

Source of each trait: the modelling code of the family in Hugging Face transformers.
"""

from attrs import evolve, frozen

from sizing.engine.models.attention_traits import HeadShape, grouped_query, read_heads
from sizing.engine.models.dimensions import Dimensions, build_spec, read_dimensions
from sizing.engine.models.layers import FeedForward, Layer
from sizing.engine.models.reader import ConfigReader
from sizing.engine.models.spec import ModelSpec


@frozen(kw_only=True)
class GptTraits:
    """What distinguishes one family of the GPT line from another.

    Attributes:
        tied: what an absent `tie_word_embeddings` means.
        attention_bias, mlp_bias: biases of those matrices.
        learned_positions: a table of positions is added to the embeddings.
        norms: layer norms per layer, each with weight and bias.
        parallel: attention and feed-forward share their input.
    """

    tied: bool = True
    attention_bias: bool = True
    mlp_bias: bool = True
    learned_positions: bool = False
    norms: int = 2
    parallel: bool = False
    gated: bool = False


FAMILIES = {
    "gpt2": GptTraits(learned_positions=True),
    "gpt_bigcode": GptTraits(learned_positions=True),
    "opt": GptTraits(learned_positions=True),
    "bloom": GptTraits(),
    "mpt": GptTraits(attention_bias=False, mlp_bias=False),
    "gptj": GptTraits(tied=False, attention_bias=False, norms=1, parallel=True),
    "codegen": GptTraits(tied=False, attention_bias=False, norms=1, parallel=True),
    "gpt_neox": GptTraits(tied=False, parallel=True),
    "falcon": GptTraits(attention_bias=False, mlp_bias=False, parallel=True),
    "RefinedWeb": GptTraits(attention_bias=False, mlp_bias=False, parallel=True),
    "RefinedWebModel": GptTraits(attention_bias=False, mlp_bias=False, parallel=True),
    "phi": GptTraits(tied=False, norms=1, parallel=True),
    "stablelm": GptTraits(tied=False, attention_bias=False, mlp_bias=False, gated=True),
    "stablelm_epoch": GptTraits(tied=False, attention_bias=False, mlp_bias=False, gated=True),
}
_WIDTH_KEYS = ("intermediate_size", "n_inner", "ffn_dim", "ffn_hidden_size")


def build(reader: ConfigReader) -> ModelSpec:
    """A decoder of the GPT line from its config."""
    traits = _stated_traits(reader)
    dimensions = read_dimensions(reader, tied_default=traits.tied)
    layer = _layer(reader, traits, dimensions)
    reader.check()
    positions = (dimensions.max_context or 0) if traits.learned_positions else 0
    return build_spec(
        dimensions,
        [layer] * dimensions.layers,
        other_parameters=(positions + 1) * dimensions.hidden,
    )


def _stated_traits(reader: ConfigReader) -> GptTraits:
    """The family's traits; MPT alone states biases and positions in its keys.

    MPT replaces its learned positions where attention is given ALiBi or rotary positions.
    """
    model_type = reader.text("model_type")
    if model_type != "mpt":
        return FAMILIES[model_type]
    biased = not reader.flag("no_bias", default=True)
    attention = reader.section("attn_config")
    relative = [attention.flag("alibi", default=True), attention.flag("rope", default=False)]
    return evolve(
        FAMILIES[model_type],
        attention_bias=biased,
        mlp_bias=biased,
        learned_positions=reader.flag("learned_pos_emb", default=False) and not any(relative),
    )


def _layer(reader: ConfigReader, traits: GptTraits, dimensions: Dimensions) -> Layer:
    hidden = dimensions.hidden
    expansion = reader.integer("expansion_ratio", default=4, high=1000)
    width = reader.integer(*_WIDTH_KEYS, default=expansion * hidden)
    return Layer(
        mixer=grouped_query(
            hidden,
            _heads(reader, hidden),
            qkv_bias=traits.attention_bias,
            output_bias=traits.attention_bias,
        ),
        feed_forward=FeedForward(
            hidden=hidden,
            width=width,
            gated=traits.gated,
            small_parameters=(width + hidden) * traits.mlp_bias,
        ),
        norms=traits.norms,
        parallel=reader.flag("use_parallel_residual", "parallel_attn", default=traits.parallel),
        small_parameters=2 * traits.norms * hidden,
    )


def _heads(reader: ConfigReader, hidden: int) -> HeadShape:
    """Falcon, StarCoder and MPT say multi-query attention each in their own way."""
    if reader.has("num_key_value_heads"):
        return read_heads(reader, hidden)
    heads = reader.integer("num_attention_heads", "n_head", "n_heads", high=100_000)
    shared = reader.section("attn_config").integer("kv_n_heads", default=heads, high=100_000)
    shape = HeadShape(
        heads=heads, kv_heads=shared, head_dim=hidden // heads, value_dim=hidden // heads
    )
    if reader.flag("new_decoder_architecture", default=False):
        return read_heads(reader, hidden)
    if reader.flag("multi_query", default=reader.text("model_type") == "gpt_bigcode"):
        return HeadShape(
            heads=heads, kv_heads=1, head_dim=shape.head_dim, value_dim=shape.value_dim
        )
    return shape
