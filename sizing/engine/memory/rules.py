"""What each runtime keeps besides weights and cache, and how it sizes its cache pool."""

from collections.abc import Mapping
from typing import Literal

from attrs import frozen

GB = 1e9
MIB = 2.0**20
GIB = 2.0**30

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
        largest_step: tokens of the largest step that buffers are sized for, None when they grow
            with the work.
        slack: allocator overhead on activations and cache (fragmentation).
    """

    context_bytes: float
    pool: PoolRule
    fraction: float = 1.0
    paged: bool = True
    largest_step: int | None = None
    slack: float = 0.0


RULES: Mapping[str, MemoryRule] = {
    "tensorrt-llm": MemoryRule(
        context_bytes=1.3 * GB, pool="of_free", fraction=0.90, largest_step=8192
    ),
    "vllm": MemoryRule(
        context_bytes=1.6 * GB, pool="of_capacity", fraction=0.90, largest_step=8192
    ),
    "sglang": MemoryRule(context_bytes=1.6 * GB, pool="static_reserve", largest_step=8192),
    "llama.cpp": MemoryRule(context_bytes=0.6 * GB, pool="everything", paged=False),
    "fastertransformer": MemoryRule(context_bytes=1.3 * GB, pool="everything", paged=False),
    "pytorch": MemoryRule(context_bytes=0.8 * GB, pool="everything", paged=False, slack=0.07),
    "pytorch-compiled": MemoryRule(context_bytes=1.0 * GB, pool="everything", paged=False),
}
GENERIC = MemoryRule(context_bytes=1.5 * GB, pool="of_capacity", fraction=0.90, largest_step=8192)


def rule_of(runtime: str) -> MemoryRule:
    """The rule of a runtime; a general one for names without their own."""
    return RULES.get(runtime, GENERIC)
