"""One estimate in process, by load, in processor time."""

from collections.abc import Iterator

from benchmarks import cases
from benchmarks.timing import Figure, median_cpu_s
from sizing import fleet
from sizing.services.estimates import estimate

SIMULATED = ("rate", "saturated", "concurrency")
"""Loads whose scheduler is simulated, with the wider target."""


def run() -> Iterator[Figure]:
    revision = fleet.current_revision()
    for load in cases.LOADS:
        seconds = median_cpu_s(lambda load=load: estimate(cases.estimate_request(load), revision))
        target = 20.0 if load in SIMULATED else 1.0
        yield Figure(f"one estimate, {load}", seconds * 1e3, "ms", at_most=target)
