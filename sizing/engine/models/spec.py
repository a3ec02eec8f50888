"""A language model as the engine sees it: layers of matrices, no names of architectures."""

from functools import cached_property

import numpy as np
import numpy.typing as npt
from attrs import frozen

from sizing.engine.dtypes import bytes_per_element
from sizing.engine.models.layers import Core, Layer, LayerGroup, Projection, Span


@frozen(kw_only=True, slots=False, cache_hash=True)
class ModelSpec:
    """Sizes of one model; hashable, compared by value.

    Attributes:
        layers: groups of equal layers.
        tied_embeddings: the head is the embedding table, stored once.
        other_parameters: learned positions, final norm, embedding norms.
        max_context: tokens of the trained window, None where the config does not say.
        native_dtype: "bf16", "fp16" or "fp32", of what is not quantised.
        native_weights: format in which the checkpoint stores its matrices.
    """

    slug: str | None = None
    name: str = ""
    model_type: str
    hidden: int
    vocab: int
    layers: tuple[LayerGroup, ...]
    tied_embeddings: bool = False
    other_parameters: int = 0
    max_context: int | None = None
    native_dtype: str = "bf16"
    native_weights: str = "bf16"

    @cached_property
    def layer_count(self) -> int:
        """Transformer blocks, whole or half."""
        return sum(group.count for group in self.layers)

    @cached_property
    def embedding_parameters(self) -> int:
        """Token embedding table and, where it is separate, the output head."""
        return self.vocab * self.hidden * (1 if self.tied_embeddings else 2)

    @cached_property
    def expert_parameters(self) -> int:
        """Weights of all routed experts."""
        return sum(
            group.count * feed.experts * feed.expert_parameters
            for group in self.layers
            if (feed := group.layer.feed_forward)
        )

    @cached_property
    def parameters(self) -> int:
        """All weights of the language part."""
        return self.expert_parameters + self._parameters_outside_experts

    @cached_property
    def active_parameters(self) -> int:
        """Weights one token passes through, embeddings and head included."""
        active = sum(
            group.count * feed.active * feed.expert_parameters
            for group in self.layers
            if (feed := group.layer.feed_forward)
        )
        return active + self._parameters_outside_experts

    @cached_property
    def quantisable_parameters(self) -> int:
        """Weights that a quantised checkpoint stores in its weight format."""
        matrices = sum(
            group.count * projection.parameters
            for group in self.layers
            for projection in layer_projections(group.layer)
            if projection.quantised
        )
        return matrices + self.expert_parameters

    @cached_property
    def is_moe(self) -> bool:
        """Whether any layer routes tokens to experts."""
        return self.expert_parameters > 0

    @cached_property
    def query_heads(self) -> int:
        """Heads of the widest attention layer: tensor parallel ranks must divide them."""
        return max((core.query_heads for core in self._cores), default=1)

    @cached_property
    def experts(self) -> int:
        """Routed experts of a layer, 0 for a dense model."""
        return max(
            (group.layer.feed_forward.experts for group in self.layers if group.layer.feed_forward),
            default=0,
        )

    def kv_bytes(self, context: npt.ArrayLike, dtype: str) -> npt.NDArray[np.float64]:
        """Cache of one request over all layers, unsharded, windows and compression honoured.

        Args:
            context: cached tokens, any shape.
            dtype: storage format of the cache.
        """
        tokens = np.asarray(context, dtype=np.float64)
        total = np.zeros_like(tokens)
        for group in self.layers:
            core = group.layer.mixer.decode if group.layer.mixer else None
            if core is not None:
                entry = core.kv_heads * core.kv_elements * bytes_per_element(dtype)
                total += group.count * (cached_positions(core.span, tokens) * entry)
                total += group.count * tokens * core.index_elements
        return total

    def kv_bytes_per_token(self, dtype: str) -> float:
        """Cache of one more token of a short context (inside every window), unsharded."""
        return float(self.kv_bytes(128.0, dtype) / 128.0)

    @cached_property
    def state_bytes_per_request(self) -> float:
        """Recurrent state of one request over all layers, unsharded, whatever its length."""
        total = 0.0
        for group in self.layers:
            state = group.layer.mixer.state if group.layer.mixer else None
            if state is not None:
                size = state.elements * state.element_bytes + state.conv_elements * 2
                total += group.count * size
        return total

    @property
    def _cores(self) -> list[Core]:
        mixers = [group.layer.mixer for group in self.layers if group.layer.mixer]
        return [mixer.decode for mixer in mixers if mixer.decode is not None]

    @cached_property
    def _parameters_outside_experts(self) -> int:
        inside = sum(group.count * layer_parameters(group.layer) for group in self.layers)
        return inside + self.embedding_parameters + self.other_parameters


def layer_projections(layer: Layer) -> tuple[Projection, ...]:
    """Matrices of a layer that every token passes."""
    mixer = layer.mixer.projections if layer.mixer else ()
    feed = layer.feed_forward.projections if layer.feed_forward else ()
    return (*mixer, *feed)


def layer_parameters(layer: Layer) -> int:
    """Weights of a layer without its routed experts."""
    small = layer.small_parameters
    small += layer.mixer.small_parameters if layer.mixer else 0
    small += layer.feed_forward.small_parameters if layer.feed_forward else 0
    return small + sum(projection.parameters for projection in layer_projections(layer))


def cached_positions(span: Span, context: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Positions a layer keeps of a context: a stride of all plus, where capped, the window."""
    strided = context / span.stride if span.stride else np.zeros_like(context)
    window = np.minimum(context, span.window) if span.window is not None else 0.0
    return np.asarray(strided + window)
