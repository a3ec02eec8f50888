"""What a watch asks of a maker's management library, and NVIDIA's answer to it."""

from types import ModuleType
from typing import Any, Protocol

from probes.agent.telemetry import snapshot
from probes.agent.telemetry.nvml import read
from probes.agent.telemetry.sampler import Sample, take_sample, watch_xids
from probes.agent.telemetry.snapshot import Snapshot


class Meter(Protocol):
    """Readings of one accelerator; every item is a value or absent, never a guess."""

    #: Where telemetry comes from, for whoever reads a report.
    name: str

    def sample(self, probe: str = "") -> Sample:
        """One reading now, with what ran at that moment."""

    def snapshot(self) -> Snapshot:
        """The state that health compares before and after."""

    def close(self) -> None:
        """Free what the meter holds."""


class NvmlMeter:
    """A GPU read through NVML."""

    name = "nvml"

    def __init__(self, module: ModuleType, handle: Any) -> None:
        self.module, self.handle = module, handle
        self._events = watch_xids(module, handle)

    def sample(self, probe: str = "") -> Sample:
        return take_sample(self.module, self.handle, probe, self._events)

    def snapshot(self) -> Snapshot:
        return snapshot.take(self.module, self.handle)

    def close(self) -> None:
        if self._events is not None:
            read(self.module.nvmlEventSetFree, self._events)
