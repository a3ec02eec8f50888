"""Which layers see everything and which only a sliding window, as config files say it."""

from sizing.engine.models.layers import FULL_ATTENTION, Span
from sizing.engine.models.reader import ConfigReader

_WINDOWED = ("sliding_attention", "chunked_attention")


def window_span(size: int | None) -> Span:
    """A layer that sees the last `size` positions, or everything."""
    return Span(window=size, stride=0) if size else FULL_ATTENTION


def layer_spans(reader: ConfigReader, layers: int) -> list[Span]:
    """The span of each layer from `sliding_window`, `layer_types` or a pattern interval.

    Config files say it in three ways: a list `layer_types`; every `sliding_window_pattern`-th
    layer is global (Gemma 3, Command R7B); one window for all layers (Mistral 7B v0.1, Phi-3).
    `use_sliding_window: false` overrides a window that is only printed (Qwen 2).
    """
    size = reader.integer("sliding_window", default=0, low=0)
    if not size or not reader.flag("use_sliding_window", default=True):
        return [FULL_ATTENTION] * layers
    local = window_span(size)
    kinds = reader.sequence("layer_types", layers)
    if kinds is not None:
        return [local if kind in _WINDOWED else FULL_ATTENTION for kind in kinds]
    every = reader.integer("sliding_window_pattern", default=0, low=0, high=10_000)
    if every:
        return [FULL_ATTENTION if (index + 1) % every == 0 else local for index in range(layers)]
    if reader.text("model_type") == "gemma2":
        return [local if index % 2 == 0 else FULL_ATTENTION for index in range(layers)]
    if reader.text("model_type").startswith("qwen"):
        first = reader.integer("max_window_layers", default=layers, low=0)
        return [FULL_ATTENTION if index < first else local for index in range(layers)]
    return [local] * layers
