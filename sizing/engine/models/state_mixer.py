"""Mixers with a constant recurrent state: Mamba 2, gated delta networks, Kimi delta attention."""

from attrs import frozen

from sizing.engine.models.layers import Projection, State


@frozen(kw_only=True)
class StateMixer:
    """A recurrent layer described by its matrices and its state.

    Attributes:
        inputs_width: outputs of the fused input projection, divided by tensor parallelism.
        gate_matrices: further matrices (low-rank gates) as (inputs, outputs).
        inner: width that the output projection reads.
        state_elements: of one sequence.
        conv_channels, conv_taps: short causal convolution before the recurrence.
        flops_per_token: of the recurrence.
    """

    hidden: int
    inputs_width: int
    inner: int
    state_elements: int
    conv_channels: int
    conv_taps: int
    flops_per_token: int
    gate_matrices: tuple[tuple[int, int], ...] = ()
    extra_parameters: int = 0

    @property
    def projections(self) -> tuple[Projection, ...]:
        """Fused input projection, gates, output projection."""
        gates = tuple(
            Projection(part="state gate gemm", inputs=inputs, outputs=outputs)
            for inputs, outputs in self.gate_matrices
        )
        into = Projection(part="state input gemm", inputs=self.hidden, outputs=self.inputs_width)
        out = Projection(
            part="state output gemm", inputs=self.inner, outputs=self.hidden, split="inputs"
        )
        return (into, *gates, out)

    @property
    def small_parameters(self) -> int:
        """Convolution taps, decay rates, norms."""
        return self.conv_channels * self.conv_taps + self.extra_parameters

    @property
    def prefill(self) -> None:
        """No attention kernel."""
        return None

    @property
    def decode(self) -> None:
        """No attention kernel, no cache."""
        return None

    @property
    def state(self) -> State:
        """The recurrent state, kept in fp32, and the tail of the convolution."""
        return State(
            elements=self.state_elements,
            conv_elements=self.conv_channels * max(self.conv_taps - 1, 0),
            flops_per_token=self.flops_per_token,
        )


def mamba2(
    hidden: int, *, heads: int, head_dim: int, groups: int, state: int, taps: int
) -> StateMixer:
    """Mamba 2 (Dao and Gu 2024): state of heads x head width x state size.

    Each token decays the state, adds an outer product and reads it: 6 FLOPs per element.
    """
    inner = heads * head_dim
    channels = inner + 2 * groups * state
    return StateMixer(
        hidden=hidden,
        inputs_width=inner + channels + heads,
        inner=inner,
        state_elements=inner * state,
        conv_channels=channels,
        conv_taps=taps,
        flops_per_token=6 * inner * state,
        extra_parameters=channels + 3 * heads + inner,
    )


def delta_net(
    hidden: int, *, key_heads: int, key_dim: int, value_heads: int, value_dim: int, taps: int
) -> StateMixer:
    """Gated delta network (Yang 2024): one key x value matrix per value head.

    Each token decays, reads, corrects by an outer product and reads again: 8 FLOPs per element.
    """
    keys, values = key_heads * key_dim, value_heads * value_dim
    elements = value_heads * key_dim * value_dim
    return StateMixer(
        hidden=hidden,
        inputs_width=2 * keys + 2 * values + 2 * value_heads,
        inner=values,
        state_elements=elements,
        conv_channels=2 * keys + values,
        conv_taps=taps,
        flops_per_token=8 * elements,
        extra_parameters=2 * value_heads + value_dim,
    )


def kimi_delta(
    hidden: int, *, heads: int, head_dim: int, taps: int, full_rank_gate: bool
) -> StateMixer:
    """Kimi delta attention (Kimi Linear, 2025): delta rule with a decay per channel.

    The decay is low-rank (hidden -> head width -> all heads), the output gate too unless it is
    full rank.
    """
    inner = heads * head_dim
    low_rank = ((hidden, head_dim), (head_dim, inner))
    output_gate = ((hidden, inner),) if full_rank_gate else low_rank
    return StateMixer(
        hidden=hidden,
        inputs_width=3 * inner + heads,
        inner=inner,
        state_elements=inner * head_dim,
        conv_channels=3 * inner,
        conv_taps=taps,
        flops_per_token=8 * inner * head_dim,
        gate_matrices=(*low_rank, *output_gate),
        extra_parameters=heads + inner + head_dim,
    )
