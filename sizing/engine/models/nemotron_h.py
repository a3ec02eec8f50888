"""Nemotron-H and Nemotron 3: a pattern of half-layers, state space, attention, dense, experts.

Source: the modelling code of the family in Hugging Face transformers and in the checkpoints.
"""

from sizing.engine.models.attention_traits import grouped_query, read_heads
from sizing.engine.models.dimensions import build_spec, read_dimensions
from sizing.engine.models.experts import read_experts
from sizing.engine.models.layers import FeedForward, Layer, Mixer
from sizing.engine.models.reader import ConfigReader
from sizing.engine.models.spec import ModelSpec
from sizing.engine.models.state_mixer import StateMixer, mamba2

_LETTERS = {"M": "mamba", "*": "attention", "-": "mlp", "E": "moe"}


def build(reader: ConfigReader) -> ModelSpec:
    """A model from its pattern, a string of letters or a list of kinds."""
    kinds = _kinds(reader)
    reader.check()
    dimensions = read_dimensions(reader, tied_default=False, layers=len(kinds))
    halves = {kind: _half(reader, kind, dimensions.hidden) for kind in dict.fromkeys(kinds)}
    reader.check()
    return build_spec(dimensions, [halves[kind] for kind in kinds])


def _kinds(reader: ConfigReader) -> list[str]:
    kinds = reader.sequence("layers_block_type")
    key = "layers_block_type"
    if kinds is None:
        key = "hybrid_override_pattern"
        kinds = [_LETTERS.get(letter, letter) for letter in reader.text(key)]
    depth = reader.integer("num_hidden_layers", default=len(kinds), high=10_000)
    if not kinds or len(kinds) != depth:
        reader.fail(key, f"has {len(kinds)} entries; num_hidden_layers says {depth}.")
    unknown = [kind for kind in kinds if kind not in _LETTERS.values()]
    if unknown:
        known = ", ".join(_LETTERS.values())
        reader.fail(key, f"{unknown[0]!r:.40} is none of {known}.")
    return kinds


def _half(reader: ConfigReader, kind: str, hidden: int) -> Layer:
    mixer: Mixer | None = None
    feed: FeedForward | None = None
    if kind == "mamba":
        mixer = _state_space(reader, hidden)
    elif kind == "attention":
        mixer = grouped_query(hidden, read_heads(reader, hidden))
    elif kind == "moe":
        feed = read_experts(reader, hidden, gated=False)
    else:
        feed = FeedForward(hidden=hidden, width=reader.integer("intermediate_size"), gated=False)
    return Layer(mixer=mixer, feed_forward=feed, norms=1, small_parameters=hidden)


def _state_space(reader: ConfigReader, hidden: int) -> StateMixer:
    return mamba2(
        hidden,
        heads=reader.integer("mamba_num_heads", high=100_000),
        head_dim=reader.integer("mamba_head_dim", high=65_536),
        groups=reader.integer("n_groups", default=1, high=100_000),
        state=reader.integer("ssm_state_size", high=1_000_000),
        taps=reader.integer("conv_kernel", default=4, high=1000),
    )
