"""Memory of one accelerator: weights, cache, activations, runtime, and the cache pool."""

from sizing.engine.memory.cache import kv_bytes_per_request
from sizing.engine.memory.pool import kv_pool_bytes, max_requests
from sizing.engine.memory.use import MemoryUse, memory_use

__all__ = ["MemoryUse", "kv_bytes_per_request", "kv_pool_bytes", "max_requests", "memory_use"]
