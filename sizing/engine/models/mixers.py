"""Token mixers: grouped-query attention, latent attention, compressed attention, state layers."""

from attrs import frozen

from sizing.engine.models.layers import FULL_ATTENTION, Core, Projection, Span


@frozen(kw_only=True)
class Attention:
    """Multi-head, multi-query or grouped-query attention.

    Attributes:
        output_gate: a gate of the size of the output is computed beside the queries.
        shared_values: values are the keys themselves, one projection serves both.
        small_parameters: biases, query and key norms, sinks.
    """

    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    value_dim: int
    span: Span = FULL_ATTENTION
    output_gate: bool = False
    shared_values: bool = False
    index_heads: int = 0
    index_dim: int = 0
    small_parameters: int = 0

    @property
    def projections(self) -> tuple[Projection, ...]:
        """Fused query-key-value (and gate) projection, output projection, selector."""
        gate = self.heads * self.value_dim if self.output_gate else 0
        cached = self.head_dim if self.shared_values else self.head_dim + self.value_dim
        qkv = Projection(
            part="qkv gemm",
            inputs=self.hidden,
            outputs=self.heads * self.head_dim + gate,
            shared_outputs=cached,
            shared_groups=self.kv_heads,
        )
        out = Projection(
            part="attention output gemm",
            inputs=self.heads * self.value_dim,
            outputs=self.hidden,
            split="inputs",
        )
        return (qkv, out, *self._selector())

    def _selector(self) -> tuple[Projection, ...]:
        if not self.index_dim:
            return ()
        outputs = self.index_heads * self.index_dim + self.index_dim
        return (
            Projection(part="selector gemm", inputs=self.hidden, outputs=outputs, split="none"),
        )

    @property
    def decode(self) -> Core:
        """One new token against the cache."""
        return Core(
            query_heads=self.heads,
            score_dim=self.head_dim,
            value_dim=self.value_dim,
            kv_heads=self.kv_heads,
            kv_elements=self.head_dim + self.value_dim,
            span=self.span,
            index_elements=self.index_dim,
            index_flops=2 * self.index_heads * self.index_dim,
        )

    @property
    def prefill(self) -> Core:
        """The same kernel shape as decode."""
        return self.decode

    @property
    def state(self) -> None:
        """Attention keeps a cache, no state."""
        return None


@frozen(kw_only=True)
class LinearMixer:
    """Attention replaced by one square matrix (found by architecture search)."""

    hidden: int

    @property
    def projections(self) -> tuple[Projection, ...]:
        """The matrix."""
        return (Projection(part="linear mixer gemm", inputs=self.hidden, outputs=self.hidden),)

    @property
    def small_parameters(self) -> int:
        """None."""
        return 0

    @property
    def prefill(self) -> None:
        """No attention kernel."""
        return None

    @property
    def decode(self) -> None:
        """No cache."""
        return None

    @property
    def state(self) -> None:
        """No state."""
        return None
