"""Keys that every config.json has: widths, depth, vocabulary, window, dtype."""

from collections.abc import Sequence

from attrs import frozen

from sizing.engine.dtypes import ALIASES
from sizing.engine.models.layers import Layer, group_layers
from sizing.engine.models.quantisation import stored_format
from sizing.engine.models.reader import ConfigReader
from sizing.engine.models.spec import ModelSpec

MAX_LAYERS = 10_000


@frozen(kw_only=True)
class Dimensions:
    """Sizes shared by all families."""

    model_type: str
    hidden: int
    layers: int
    vocab: int
    max_context: int | None
    native_dtype: str
    native_weights: str
    tied_embeddings: bool


def read_dimensions(
    reader: ConfigReader, *, tied_default: bool, layers: int | None = None
) -> Dimensions:
    """The common keys.

    `tied_default` is what an absent `tie_word_embeddings` means in this family; `layers` is the
    depth where the family says it otherwise than by a number.

    Raises:
        InputError: naming every key that is missing or wrong.
    """
    context_keys = ("max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "n_ctx")
    context = reader.integer(*context_keys, default=0, low=0, high=1_000_000_000)
    dtype = _dtype(reader)
    dimensions = Dimensions(
        model_type=reader.text("model_type"),
        hidden=reader.integer("hidden_size", "n_embd", "d_model", "n_embed", high=1_000_000),
        layers=layers
        or reader.integer("num_hidden_layers", "n_layer", "n_layers", high=MAX_LAYERS),
        vocab=reader.integer("vocab_size", "padded_vocab_size"),
        max_context=context or None,
        native_dtype=dtype,
        native_weights=stored_format(reader, dtype),
        tied_embeddings=reader.flag("tie_word_embeddings", default=tied_default),
    )
    reader.check()
    return dimensions


def _dtype(reader: ConfigReader) -> str:
    name = reader.text("torch_dtype", "dtype", default="bfloat16")
    name = ALIASES.get(name, name)
    return name if name in ("bf16", "fp16", "fp32") else "bf16"


def build_spec(
    dimensions: Dimensions, layers: Sequence[Layer], *, other_parameters: int = 0
) -> ModelSpec:
    """A model of these layers; the final norm is added to `other_parameters`."""
    return ModelSpec(
        model_type=dimensions.model_type,
        hidden=dimensions.hidden,
        vocab=dimensions.vocab,
        layers=group_layers(layers),
        tied_embeddings=dimensions.tied_embeddings,
        other_parameters=other_parameters + dimensions.hidden,
        max_context=dimensions.max_context,
        native_dtype=dimensions.native_dtype,
        native_weights=dimensions.native_weights,
    )
