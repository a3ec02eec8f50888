"""Parts of a transformer as values: matrices, attention spans, mixers, feed-forwards, layers.

A *mixer* moves information between tokens (attention, state space), a *feed-forward* works on each
token alone. Both describe themselves by the matrices every token is multiplied with
(`projections`), so parameters, FLOPs and bytes are counted once, in one place.
"""

from collections.abc import Sequence
from typing import Literal, Protocol

from attrs import frozen

Split = Literal["outputs", "inputs", "copies", "none"]
"""What tensor parallelism divides: columns, rows, the number of matrices, or nothing."""

Phase = Literal["both", "prefill", "decode"]


@frozen(kw_only=True)
class Projection:
    """`copies` weight matrices of inputs x outputs that multiply every token.

    Attributes:
        split: what tensor parallelism divides.
        outputs: divisible outputs (query heads, feed-forward width).
        shared_outputs: outputs per key-value head; replicated once ranks exceed `shared_groups`.
        quantised: stored in the weight format; otherwise stays 16 bit (router, gates).
        phase: MLA multiplies by different matrices in prefill and in decode.
        stored: False when the matrix is the same memory as another one (MLA's absorbed form).
    """

    part: str
    inputs: int
    outputs: int
    shared_outputs: int = 0
    shared_groups: int = 1
    copies: int = 1
    split: Split = "outputs"
    quantised: bool = True
    phase: Phase = "both"
    stored: bool = True

    @property
    def parameters(self) -> int:
        """Stored weights."""
        width = self.outputs + self.shared_outputs * self.shared_groups
        return self.inputs * width * self.copies if self.stored else 0


@frozen(kw_only=True)
class Span:
    """Which cached positions a query looks at: the last `window`, and one in `stride` of all.

    Full attention is stride 1; sliding window is stride 0 with a window; learned sparse attention
    caps the strided part at `top` selected positions; compressed attention has stride > 1.
    """

    window: int | None = None
    stride: int = 1
    top: int | None = None


FULL_ATTENTION = Span()


@frozen(kw_only=True)
class Core:
    """The attention kernel between projections.

    Attributes:
        query_heads: divided by tensor parallelism.
        score_dim, value_dim: per head, of queries/keys and of values.
        kv_heads: heads that are cached; replicated once ranks exceed them.
        kv_elements: cached elements per position and cached head.
        span: which positions are read.
        index_elements: elements of the selector's key per position (learned sparse attention).
        index_flops: FLOPs of the selector per query and position.
    """

    query_heads: int
    score_dim: int
    value_dim: int
    kv_heads: int
    kv_elements: int
    span: Span = FULL_ATTENTION
    index_elements: int = 0
    index_flops: int = 0


@frozen(kw_only=True)
class State:
    """Recurrent state of one layer, per sequence (state space, linear attention, delta rule).

    Attributes:
        elements: numbers kept, divided by tensor parallelism.
        element_bytes: 4 where the state is kept in fp32.
        conv_elements: tail of the short convolution, 2 bytes each.
        flops_per_token: recurrence work per token.
    """

    elements: int
    element_bytes: int = 4
    conv_elements: int = 0
    flops_per_token: int = 0


class Mixer(Protocol):
    """What lowering and memory ask of any token mixer."""

    @property
    def projections(self) -> tuple[Projection, ...]:
        """Matrices every token is multiplied with."""

    @property
    def small_parameters(self) -> int:
        """Norms, biases, convolutions: read every step, never quantised, no GEMM."""

    @property
    def prefill(self) -> Core | None:
        """Attention kernel over prompts, None where there is no attention."""

    @property
    def decode(self) -> Core | None:
        """Attention kernel for one new token; also says what is cached."""

    @property
    def state(self) -> State | None:
        """Constant state, None where there is none."""


@frozen(kw_only=True)
class FeedForward:
    """Dense and expert parts of a feed-forward; either may be absent.

    Attributes:
        width: of the dense (or shared-expert) part, 0 without one.
        gated: three matrices (gate, up, down) instead of two.
        experts, active: routed experts and how many each token uses; 0 for a dense layer.
        expert_width: feed-forward width of one routed expert.
        expert_inputs: width experts work in where it differs from the hidden size (latent MoE).
        small_parameters: biases and gates.
    """

    hidden: int
    width: int
    gated: bool = True
    experts: int = 0
    active: int = 0
    expert_width: int = 0
    expert_inputs: int = 0
    small_parameters: int = 0

    @property
    def expert_hidden(self) -> int:
        """Width of the rows that reach an expert."""
        return self.expert_inputs or self.hidden

    @property
    def expert_parameters(self) -> int:
        """Weights of one routed expert."""
        return self.expert_hidden * self.expert_width * (3 if self.gated else 2)

    @property
    def projections(self) -> tuple[Projection, ...]:
        """Every matrix that all tokens pass: dense or shared part, router, latent in and out."""
        return (*self._dense(), *self._routing())

    def _dense(self) -> tuple[Projection, ...]:
        if not self.width:
            return ()
        name = "shared expert" if self.experts else "mlp"
        up = self.width * (2 if self.gated else 1)
        return (
            Projection(part=f"{name} up gemm", inputs=self.hidden, outputs=up),
            Projection(
                part=f"{name} down gemm", inputs=self.width, outputs=self.hidden, split="inputs"
            ),
        )

    def _routing(self) -> tuple[Projection, ...]:
        if not self.experts:
            return ()
        router = Projection(
            part="router gemm",
            inputs=self.hidden,
            outputs=self.experts,
            split="none",
            quantised=False,
        )
        if not self.expert_inputs or self.expert_inputs == self.hidden:
            return (router,)
        down = Projection(
            part="latent gemm", inputs=self.hidden, outputs=self.expert_inputs, split="none"
        )
        up = Projection(
            part="latent gemm", inputs=self.expert_inputs, outputs=self.hidden, split="none"
        )
        return (router, down, up)


@frozen(kw_only=True)
class Layer:
    """One transformer block; hybrid models have blocks with only one half.

    Attributes:
        norms: normalisations of hidden width.
        parallel: mixer and feed-forward read the same input, so one all-reduce serves both.
        small_parameters: what belongs to neither half (norm weights, residual mixers).
    """

    mixer: Mixer | None
    feed_forward: FeedForward | None
    norms: int = 2
    parallel: bool = False
    small_parameters: int = 0


@frozen(kw_only=True)
class LayerGroup:
    """`count` equal layers."""

    layer: Layer
    count: int


def group_layers(layers: Sequence[Layer]) -> tuple[LayerGroup, ...]:
    """Equal layers together, in order of first appearance; layers are hashable values."""
    counts: dict[Layer, int] = {}
    for layer in layers:
        counts[layer] = counts.get(layer, 0) + 1
    return tuple(LayerGroup(layer=layer, count=count) for layer, count in counts.items())
