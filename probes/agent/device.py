"""One small shim over the torch backends cuda, rocm, xpu, mps and cpu.

Imported in probe processes only: it imports torch.
"""

import time
from collections.abc import Callable
from typing import Any

import torch

from probes.agent import cpu

DEFAULT_CACHE_BYTES = 256 * 2**20
BUDGET_SHARE = 0.25
BUDGET_CAP_BYTES = 8 * 2**30
#: The torch device type of each backend; ROCm presents itself as cuda.
TORCH_TYPES = {"cuda": "cuda", "rocm": "cuda", "xpu": "xpu", "mps": "mps", "cpu": "cpu"}


class Device:
    """A device ready to run kernels. Index 0: the runner leaves only one device visible.

    `threads` is for a CPU; `cache_bytes` overrides what the device says of its last cache.
    """

    def __init__(
        self, backend: str, *, threads: int | None = None, cache_bytes: int | None = None
    ) -> None:
        self._cache_bytes = cache_bytes
        self.backend = backend
        self.kind = TORCH_TYPES[backend]
        self.torch_device = torch.device(self.kind, 0)
        self.budget_scale = 1.0
        if backend == "cpu":
            torch.set_num_threads(threads or cpu.threads())
            self.torch_device = torch.device("cpu")

    @property
    def on_cpu(self) -> bool:
        return self.backend == "cpu"

    @property
    def has_events(self) -> bool:
        """Whether the backend has timing events; the others use the host's clock."""
        return self.kind in ("cuda", "xpu")

    @property
    def module(self) -> Any:
        """The backend's torch module, such as ``torch.cuda``."""
        return getattr(torch, self.kind)

    def synchronize(self) -> None:
        """Wait until everything queued has run (nothing is ever queued on a CPU)."""
        if not self.on_cpu:
            self.module.synchronize()

    def seconds(self, call: Callable[[], object], batch: int) -> float:
        """Seconds that `batch` back-to-back calls take on the device."""
        if self.has_events:
            return self._event_seconds(call, batch)
        start = time.perf_counter()
        for _ in range(batch):
            call()
        self.synchronize()
        return time.perf_counter() - start

    def _event_seconds(self, call: Callable[[], object], batch: int) -> float:
        start = self.module.Event(enable_timing=True)
        end = self.module.Event(enable_timing=True)
        start.record()
        for _ in range(batch):
            call()
        end.record()
        end.synchronize()
        return float(start.elapsed_time(end)) * 1e-3

    def free_bytes(self) -> int:
        """Memory that can be allocated now; a small guess where nothing tells."""
        if self.on_cpu:
            return cpu.free_memory_bytes() or 2**30
        if self.backend == "mps":
            limit = torch.mps.recommended_max_memory()
            return int(limit) - int(torch.mps.driver_allocated_memory())
        free, _ = self.module.mem_get_info()
        return int(free)

    def budget_bytes(self) -> int:
        """Memory a probe may take: a quarter of what is free, at most 8 GiB."""
        return int(min(BUDGET_SHARE * self.free_bytes(), BUDGET_CAP_BYTES) * self.budget_scale)

    def cache_bytes(self) -> int:
        """Size of the last cache before memory: a GPU's L2, a CPU's last level."""
        if self._cache_bytes is not None:
            return self._cache_bytes
        if self.on_cpu:
            return cpu.last_level_cache_bytes() or DEFAULT_CACHE_BYTES // 4
        if self.backend == "mps":
            return DEFAULT_CACHE_BYTES // 4
        properties = self.module.get_device_properties(0)
        return int(getattr(properties, "L2_cache_size", 0)) or DEFAULT_CACHE_BYTES // 4

    def generator(self, seed: int) -> torch.Generator:
        """A generator on the device, so that inputs are made where they are used."""
        return torch.Generator(device=self.torch_device).manual_seed(seed % 2**63)

    def environment(self) -> dict[str, object]:
        """Versions that a figure depends on."""
        found: dict[str, object] = {"torch": torch.__version__, "backend": self.backend}
        if self.on_cpu:
            found["threads"] = torch.get_num_threads()
            found["cpu_capability"] = torch.backends.cpu.get_cpu_capability()
        elif self.kind == "cuda":
            found |= {"cuda": torch.version.cuda, "hip": torch.version.hip}
            cudnn: Any = torch.backends.cudnn
            found["cudnn"] = cudnn.version()
        return {name: value for name, value in found.items() if value is not None}
