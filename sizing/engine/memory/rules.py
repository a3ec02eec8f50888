"""What each runtime keeps besides weights and cache, and how it sizes its cache pool."""

from collections.abc import Mapping
from typing import Literal

from attrs import evolve, frozen

GB = 1e9
MIB = 2.0**20

PoolRule = Literal["of_capacity", "of_free", "static_reserve", "everything"]


@frozen(kw_only=True)
class MemoryRule:
    """Memory habits of one runtime.

    Attributes:
        context_bytes: driver context, libraries and kernels on each accelerator.
        pool: how the cache pool is sized: a fraction of capacity that must also hold weights
            (vLLM), a fraction of what is free after loading (TensorRT-LLM), capacity less a fixed
            reserve (SGLang), or whatever is left (no pool).
        fraction: the fraction of that rule.
        paged: cache in pages of 16 tokens; otherwise contiguous.
        windowed_cache: layers with a sliding window only keep their window.
        activation_scale: working buffers over those of fused kernels.
        slack: allocator overhead on activations and cache (fragmentation).
        link_bytes, link_bytes_per_rank: buffers of the collective library with two ranks or more.
        multicast_bytes: further buffers where switches multicast, with more than two ranks.
        whole_embeddings: every rank holds the whole embedding table.
        host_embeddings: the embedding table stays in host memory.
    """

    context_bytes: float
    pool: PoolRule
    fraction: float = 1.0
    paged: bool = True
    windowed_cache: bool = True
    activation_scale: float = 1.0
    slack: float = 0.0
    link_bytes: float = 310 * MIB
    link_bytes_per_rank: float = 16 * MIB
    multicast_bytes: float = 0.0
    whole_embeddings: bool = False
    host_embeddings: bool = False


_TENSORRT_LLM = MemoryRule(
    context_bytes=0.9 * GB,
    pool="of_free",
    fraction=0.90,
    windowed_cache=False,
    link_bytes=0.3 * GB,
    link_bytes_per_rank=0.5 * GB,
    multicast_bytes=2.1 * GB,
    whole_embeddings=True,
)
RULES: Mapping[str, MemoryRule] = {
    "tensorrt-llm": _TENSORRT_LLM,
    "tensorrt-llm-torch": evolve(_TENSORRT_LLM, windowed_cache=True),
    "vllm": MemoryRule(context_bytes=1.3 * GB, pool="of_capacity", fraction=0.90),
    "sglang": MemoryRule(context_bytes=1.3 * GB, pool="static_reserve"),
    "llama.cpp": MemoryRule(
        context_bytes=0.5 * GB, pool="everything", paged=False, host_embeddings=True
    ),
    "fastertransformer": MemoryRule(
        context_bytes=2.1 * GB, pool="everything", paged=False, activation_scale=2.4
    ),
    "pytorch": MemoryRule(context_bytes=0.8 * GB, pool="everything", paged=False, slack=0.07),
    "pytorch-compiled": MemoryRule(
        context_bytes=0.8 * GB, pool="everything", paged=False, slack=0.07
    ),
}
"""Constants by runtime.

TensorRT-LLM: least squares on 349 published whole-device readings of its version 0.9 (context
0.6-1.2 GB; 0.5 GB per tensor parallel rank for all-reduce and peer buffers, 1.6-2.6 GB more with
four or eight Hoppers behind NVSwitch; embedding table whole on each rank unless asked otherwise);
cache fraction 0.90 of free memory from its documentation. Its PyTorch backend (1.0 and later) frees
what left a sliding window. FasterTransformer: 14 published
readings (unfused attention keeps about 2.4 times the buffers). vLLM: fraction 0.90 of capacity
(its default up to 0.21; 0.92 later). Other contexts: 0.5-3.5 GiB are reported; the low half is
taken, and the NCCL buffers of effect E15 (342, 392 and 392 MiB at 2, 4 and 8 ranks).
"""

GENERIC = MemoryRule(context_bytes=1.2 * GB, pool="of_capacity", fraction=0.90)


def rule_of(runtime: str) -> MemoryRule:
    """The rule of a runtime; a general one for names without their own."""
    return RULES.get(runtime, GENERIC)
