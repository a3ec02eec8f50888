"""Points priced per second as more are priced together, against the cost of the arrays alone."""

from collections.abc import Iterator

import numpy as np

from benchmarks import cases
from benchmarks.timing import Figure, median_cpu_s
from sizing import fleet, selectors
from sizing.engine.hardware import Deployment
from sizing.engine.operations import Layout, Step
from sizing.engine.serving import price_steps
from sizing.engine.workload import parse_workload
from sizing.requests import model_finder

SIZES = (1, 10, 100, 1_000, 10_000, 100_000)
ENOUGH, MANY = 300_000.0, 10_000
"""Target in points per second and core, for as many points as a large search prices."""


def _hardware() -> list[Deployment]:
    """One node of every accelerator that somebody sells or rents."""
    by_slug = {
        system.accelerator.slug: system for system in fleet.systems(fleet.current_revision())
    }
    return [
        Deployment(
            accelerator=system.accelerator,
            count=8,
            per_node=8,
            interconnect=system.interconnect,
            node_bytes_per_s=25e9,
        )
        for system in by_slug.values()
    ]


def run() -> Iterator[Figure]:
    hardware = _hardware()
    workload = parse_workload(cases.workload("static"), model_finder(fleet.current_revision()))
    calibration = selectors.shipped_calibration()
    alone = None
    pass_s = _pass_s(SIZES[-1])
    for points in SIZES:
        rng = np.random.default_rng(1)
        which = rng.integers(0, len(hardware), points)
        layout = Layout(tp=2.0 ** rng.integers(0, 4, points))
        step = Step(
            decode_tokens=rng.integers(1, 256, points),
            decode_context=rng.integers(64, 4096, points),
        )
        seconds = median_cpu_s(
            lambda w=which, la=layout, st=step: price_steps(
                workload, hardware, w, la, st, calibration
            )
        )
        alone = alone or seconds
        note = (
            f"{seconds / points * 1e6:.2f} us a point, {alone * points / seconds:.0f} x one alone"
        )
        target = ENOUGH if points >= MANY else None
        name = f"pricing {points} points together"
        yield Figure(name, points / seconds, "points/s", note, at_least=target)
    passes = seconds / pass_s
    note = f"pricing {SIZES[-1]} points takes as long as {passes:.0f} such passes"
    yield Figure("limit: one pass over their arrays", SIZES[-1] / pass_s, "points/s", note)


def _pass_s(points: int) -> float:
    """What memory alone allows: one pass over arrays of the size that pricing fills."""
    values = np.ones((points, 24))
    out = np.empty_like(values)
    return median_cpu_s(lambda: np.multiply(values, values, out=out))
