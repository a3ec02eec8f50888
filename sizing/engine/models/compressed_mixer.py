"""DeepSeek V4 attention: one shared key-value head, compressed streams, low-rank outputs."""

from attrs import frozen

from sizing.engine.models.layers import Core, Projection, Span


@frozen(kw_only=True)
class CompressedAttention:
    """Sliding window plus one compressed entry per `ratio` tokens, values being the keys.

    Sizes of the compressor follow the published configuration keys; the checkpoint's modelling
    code was not read, so they are approximate (under 1 % of the model).

    Attributes:
        ratio: tokens per compressed entry, 0 for a layer that only has its window.
        top: compressed entries selected per query; selectors exist on the finest ratio only.
        groups, group_rank: the output projection is `groups` low-rank pieces, then one matrix.
    """

    hidden: int
    heads: int
    head_dim: int
    query_rank: int
    groups: int
    group_rank: int
    window: int
    ratio: int = 0
    top: int = 0
    index_heads: int = 0
    index_dim: int = 0

    @property
    def small_parameters(self) -> int:
        """Norms of the latent query and of the shared key, one sink per head."""
        return self.query_rank + self.head_dim + self.heads

    @property
    def state(self) -> None:
        """Attention keeps a cache, no state."""
        return None

    @property
    def projections(self) -> tuple[Projection, ...]:
        """Query bottleneck with the shared key, grouped output, compressor, selector."""
        rank = self.query_rank
        inner = self.heads * self.head_dim
        down = Projection(
            part="latent down gemm",
            inputs=self.hidden,
            outputs=rank + self.head_dim,
            split="none",
        )
        query = Projection(part="query gemm", inputs=rank, outputs=inner)
        grouped = Projection(
            part="grouped output gemm",
            inputs=inner // self.groups,
            outputs=self.group_rank,
            copies=self.groups,
            split="copies",
        )
        out = Projection(
            part="attention output gemm",
            inputs=self.groups * self.group_rank,
            outputs=self.hidden,
            split="inputs",
        )
        return (down, query, grouped, out, *self._compressor(), *self._selector())

    def _compressor(self) -> tuple[Projection, ...]:
        if not self.ratio:
            return ()
        # Neighbouring windows of the finest ratio overlap, so values and gates come twice.
        streams = 4 if self.index_dim else 2
        width = streams * (self.head_dim + self.index_dim)
        return (
            Projection(part="compressor gemm", inputs=self.hidden, outputs=width, split="none"),
        )

    def _selector(self) -> tuple[Projection, ...]:
        if not self.index_dim:
            return ()
        return (
            Projection(
                part="selector gemm",
                inputs=self.query_rank,
                outputs=self.index_heads * self.index_dim,
                split="none",
            ),
            Projection(
                part="selector key gemm",
                inputs=self.hidden,
                outputs=self.index_heads,
                split="none",
            ),
        )

    @property
    def decode(self) -> Core:
        """All heads read one shared vector per kept position."""
        ratio = max(self.ratio, 1)
        return Core(
            query_heads=self.heads,
            score_dim=self.head_dim,
            value_dim=self.head_dim,
            kv_heads=1,
            kv_elements=self.head_dim,
            span=Span(window=self.window, stride=self.ratio, top=self.top or None),
            index_elements=-(-self.index_dim // ratio),
            index_flops=2 * self.index_heads * self.index_dim // ratio,
        )

    @property
    def prefill(self) -> Core:
        """The same kernel shape as decode."""
        return self.decode
