"""Nemotron models found by architecture search: each block has its own heads and width.

Source: the modelling code shipped with the checkpoints (DeciLM).
"""

from sizing.engine.models.attention_traits import HeadShape, grouped_query
from sizing.engine.models.dimensions import build_spec, read_dimensions
from sizing.engine.models.layers import FeedForward, Layer, Mixer
from sizing.engine.models.mixers import LinearMixer
from sizing.engine.models.reader import ConfigReader
from sizing.engine.models.spec import ModelSpec

FAMILIES = ("nemotron-nas", "deci")
_WIDTH_STEP = 256


def build(reader: ConfigReader) -> ModelSpec:
    """A searched model from its `block_configs`."""
    dimensions = read_dimensions(reader, tied_default=False)
    heads = reader.integer("num_attention_heads", high=100_000)
    if reader.sequence("block_configs", dimensions.layers) is None:
        reader.fail("block_configs", "is missing; one entry per layer is needed.", "required")
    blocks = list(reader.sections("block_configs", dimensions.layers))
    layers = [
        Layer(
            mixer=_mixer(block, dimensions.hidden, heads),
            feed_forward=_feed(block, dimensions.hidden),
            small_parameters=2 * dimensions.hidden,
        )
        for block in blocks
    ]
    reader.check()
    return build_spec(dimensions, layers)


def _says(block: ConfigReader, half: str, choice: str) -> bool:
    """A choice is written as a bare word or as a flag of the half's object."""
    value = block.config.get(half)
    if isinstance(value, str):
        return value == choice
    return block.section(half).flag(choice, default=False)


def _mixer(block: ConfigReader, hidden: int, heads: int) -> Mixer | None:
    if _says(block, "attention", "no_op"):
        return None
    if _says(block, "attention", "replace_with_linear"):
        return LinearMixer(hidden=hidden)
    attention = block.section("attention")
    group = attention.integer("n_heads_in_group", high=100_000)
    if heads % group:
        attention.fail("n_heads_in_group", f"{group} must divide the {heads} attention heads.")
    width = max(hidden // heads, 1)
    shape = HeadShape(heads=heads, kv_heads=max(heads // group, 1), head_dim=width, value_dim=width)
    return grouped_query(hidden, shape)


def _feed(block: ConfigReader, hidden: int) -> FeedForward | None:
    if _says(block, "ffn", "no_op"):
        return None
    ffn = block.section("ffn")
    multiple = ffn.number("ffn_mult", default=0.0, low=1e-3, high=1000.0)
    if not ffn.has("ffn_mult"):
        ffn.fail("ffn_mult", "is missing.", "required")
    width = int(2 * multiple * hidden / 3)
    return FeedForward(hidden=hidden, width=-(-width // _WIDTH_STEP) * _WIDTH_STEP)
