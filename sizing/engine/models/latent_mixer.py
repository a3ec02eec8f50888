"""Multi-head latent attention (DeepSeek-V2, 2024): the cache is one compressed vector per token."""

from attrs import frozen

from sizing.engine.models.layers import FULL_ATTENTION, Core, Projection, Span


@frozen(kw_only=True)
class LatentAttention:
    """Queries and keys pass low-rank bottlenecks; only the latent and its rotary part are cached.

    Prompts expand keys and values per head; single tokens are multiplied into the latent space
    instead (absorbed form), which reads the same up-projection as two batched matrices.

    Attributes:
        query_rank: 0 where queries are projected directly.
        output_gate: a gate as wide as the attention output.
        index_heads, index_dim: selector of learned sparse attention, 0 without one.
    """

    hidden: int
    heads: int
    query_rank: int
    kv_rank: int
    nope_dim: int
    rope_dim: int
    value_dim: int
    span: Span = FULL_ATTENTION
    output_gate: bool = False
    index_heads: int = 0
    index_dim: int = 0

    @property
    def small_parameters(self) -> int:
        """Norms of the two latents."""
        return self.query_rank + self.kv_rank

    @property
    def state(self) -> None:
        """Attention keeps a cache, no state."""
        return None

    @property
    def projections(self) -> tuple[Projection, ...]:
        """Down and up projections, both forms of the second one, output, gate, selector."""
        down = Projection(
            part="latent down gemm",
            inputs=self.hidden,
            outputs=self.query_rank + self.kv_rank + self.rope_dim,
            split="none",
        )
        query = Projection(
            part="query gemm",
            inputs=self.query_rank or self.hidden,
            outputs=self.heads * (self.nope_dim + self.rope_dim),
        )
        out = Projection(
            part="attention output gemm",
            inputs=self.heads * self.value_dim,
            outputs=self.hidden,
            split="inputs",
        )
        return (down, query, *self._up(), out, *self._gate(), *self._selector())

    def _up(self) -> tuple[Projection, ...]:
        expanded = Projection(
            part="key value up gemm",
            inputs=self.kv_rank,
            outputs=self.heads * (self.nope_dim + self.value_dim),
            phase="prefill",
        )
        return (
            expanded,
            self._absorbed("query absorb gemm", self.nope_dim, self.kv_rank),
            self._absorbed("value absorb gemm", self.kv_rank, self.value_dim),
        )

    def _absorbed(self, part: str, inputs: int, outputs: int) -> Projection:
        return Projection(
            part=part,
            inputs=inputs,
            outputs=outputs,
            copies=self.heads,
            split="copies",
            phase="decode",
            stored=False,
        )

    def _gate(self) -> tuple[Projection, ...]:
        if not self.output_gate:
            return ()
        width = self.heads * self.value_dim
        return (Projection(part="output gate gemm", inputs=self.hidden, outputs=width),)

    def _selector(self) -> tuple[Projection, ...]:
        if not self.index_dim:
            return ()
        return (
            Projection(
                part="selector gemm",
                inputs=self.query_rank or self.hidden,
                outputs=self.index_heads * self.index_dim,
                split="none",
            ),
            Projection(
                part="selector key gemm",
                inputs=self.hidden,
                outputs=self.index_dim + self.index_heads,
                split="none",
            ),
        )

    @property
    def prefill(self) -> Core:
        """Expanded form: every head has its own keys and values."""
        score = self.nope_dim + self.rope_dim
        return Core(
            query_heads=self.heads,
            score_dim=score,
            value_dim=self.value_dim,
            kv_heads=self.heads,
            kv_elements=score + self.value_dim,
            span=self.span,
            index_elements=self.index_dim,
            index_flops=2 * self.index_heads * self.index_dim,
        )

    @property
    def decode(self) -> Core:
        """Absorbed form: all heads read one latent of rank + rotary values."""
        return Core(
            query_heads=self.heads,
            score_dim=self.kv_rank + self.rope_dim,
            value_dim=self.kv_rank,
            kv_heads=1,
            kv_elements=self.kv_rank + self.rope_dim,
            span=self.span,
            index_elements=self.index_dim,
            index_flops=2 * self.index_heads * self.index_dim,
        )
