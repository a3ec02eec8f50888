"""What one scheduler step asks of one accelerator, as arrays over points (plans x hardware)."""

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

Array = npt.NDArray[np.float64]
OpKind = Literal["gemm", "grouped_gemm", "attention_prefill", "attention_decode", "elementwise"]
CollectiveKind = Literal["all_reduce", "all_gather", "all_to_all", "p2p"]


def as_points(value: npt.ArrayLike) -> Array:
    """Any number or sequence as a one-dimensional float array over points."""
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype == np.float64:
        return value
    return np.asarray(value, dtype=np.float64).reshape(-1)


def _optional(value: npt.ArrayLike | None) -> Array | None:
    return None if value is None else as_points(value)


@frozen(kw_only=True, eq=False, repr=False)
class Layout:
    """How one replica is spread over accelerators; each field has shape (points,).

    Attributes:
        tp: tensor parallel ranks of attention and dense layers.
        pp: pipeline stages.
        attention_dp: groups that each serve their own requests in attention.
        ep, etp: expert parallel and expert tensor parallel ranks; ep x etp = tp x attention_dp.
        expert_imbalance: tokens of the busiest expert rank over the mean (>= 1).
    """

    tp: Array = field(default=1, converter=as_points)
    pp: Array = field(default=1, converter=as_points)
    attention_dp: Array = field(default=1, converter=as_points)
    ep: Array = field(default=1, converter=as_points)
    etp: Array = field(default=1, converter=as_points)
    expert_imbalance: Array = field(default=1, converter=as_points)

    @property
    def ranks(self) -> Array:
        """Accelerators of one pipeline stage."""
        return self.tp * self.attention_dp


@lru_cache(maxsize=4096)
def one_layout(
    *,
    tp: int = 1,
    pp: int = 1,
    attention_dp: int = 1,
    ep: int = 1,
    etp: int = 1,
    expert_imbalance: float = 1.0,
) -> Layout:
    """The layout of one plan, shape (1,): one object per distinct plan, its arrays read-only.

    What depends on a model and its layout alone is remembered under that object.
    """
    layout = Layout(
        tp=[tp],
        pp=[pp],
        attention_dp=[attention_dp],
        ep=[ep],
        etp=[etp],
        expert_imbalance=[expert_imbalance],
    )
    for column in (layout.tp, layout.pp, layout.attention_dp, layout.ep, layout.etp):
        column.flags.writeable = False
    return layout


@frozen(kw_only=True, eq=False, repr=False)
class Step:
    """One scheduler step of one replica; each field has shape (points,).

    Attributes:
        decode_tokens: sequences that decode, one token each unless `verified` says more.
        decode_context: mean cached tokens of those sequences.
        prefill_tokens: prompt tokens of the step, over all its prompts.
        prefill_context: positions a prefill token attends to, mean, causal half included: I / 2
            for a fresh prompt of I tokens, more for a chunk that follows earlier ones.
        prefill_sequences: prompts (or chunks of prompts) in the step; None means fresh prompts.
        sequences: tokens that need logits; None means every decoding and prefilling sequence.
        verified: tokens that each decoding sequence computes: its own and the drafts to verify.
    """

    decode_tokens: Array = field(default=0, converter=as_points)
    decode_context: Array = field(default=0, converter=as_points)
    prefill_tokens: Array = field(default=0, converter=as_points)
    prefill_context: Array = field(default=0, converter=as_points)
    prefill_sequences: Array | None = field(default=None, converter=_optional)
    sequences: Array | None = field(default=None, converter=_optional)
    verified: float = 1.0

    @property
    def decode_rows(self) -> Array:
        """Tokens that decoding sequences compute."""
        return self.decode_tokens * self.verified

    @property
    def tokens(self) -> Array:
        """Rows of the step's GEMMs: decode and prefill tokens together."""
        return self.decode_rows + self.prefill_tokens

    @property
    def logits(self) -> Array:
        """Tokens that go through the output head."""
        if self.sequences is not None:
            return self.sequences
        return self.decode_rows + self.prompts

    @property
    def prompts(self) -> Array:
        """Prompts (or chunks) prefilled in this step; 0 where there is no prefill."""
        if self.prefill_sequences is not None:
            counted = self.prefill_sequences
        else:
            counted = np.maximum(1.0, self.prefill_tokens / np.maximum(2 * self.prefill_context, 1))
        return np.where(self.prefill_tokens > 0, counted, 0.0)


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Operations:
    """Struct of arrays over (points, ops), per accelerator, for one pass through all layers.

    Already divided by tensor, expert and attention-data parallelism, not by pipeline stages: the
    sum over `count` is what one token's trip through the whole pipeline costs; a stage costs its
    share of it. `flops` and `bytes` are of ONE instance; `count` instances run one after another.

    Attributes:
        part: what the op is for ("qkv gemm", "decode attention").
        kind: cost class.
        dtype: storage format of the op's weights (of the cache, in attention).
        flops, bytes: work of one instance; 0 where the point does not run the op.
        count: instances per step (0 where not run).
        m, n, k: shape of one GEMM, where flops = 2 m n k x groups; in attention query rows,
            sequences x local key-value heads, and attended positions; 0 in element-wise ops.
        groups: GEMMs in one launch (touched experts of a rank), 1 otherwise.
        joined: makes a column by name; pricing needs no `m`, `k` and `groups`, so they wait
            until somebody asks.
    """

    part: tuple[str, ...]
    kind: tuple[OpKind, ...]
    dtype: tuple[str, ...]
    flops: Array
    bytes: Array
    count: Array
    n: Array
    joined: Callable[[str], Array]

    @cached_property
    def m(self) -> Array:
        """Rows of one GEMM, shape (points, ops)."""
        return self.joined("m")

    @cached_property
    def k(self) -> Array:
        """Inner size of one GEMM, shape (points, ops)."""
        return self.joined("k")

    @cached_property
    def groups(self) -> Array:
        """GEMMs in one launch, shape (points, ops)."""
        return self.joined("groups")

    @property
    def total_flops(self) -> Array:
        """FLOPs per point over all instances, shape (points,)."""
        return np.asarray((self.flops * self.count).sum(axis=1))

    @property
    def total_bytes(self) -> Array:
        """Bytes per point over all instances, shape (points,)."""
        return np.asarray((self.bytes * self.count).sum(axis=1))


@frozen(kw_only=True, eq=False, repr=False)
class Collective:
    """One kind of message exchange of a step; arrays of shape (points,).

    Attributes:
        part: what it is for ("tensor parallel all-reduce").
        bytes: all_reduce: the reduced tensor; all_gather: the whole gathered tensor; all_to_all:
            what one rank sends; p2p: what one rank sends.
        count: messages per step, one after another (0 where not needed).
        ranks: participants.
    """

    part: str
    kind: CollectiveKind
    bytes: Array
    count: Array
    ranks: Array


Collectives = tuple[Collective, ...]
