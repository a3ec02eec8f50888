"""How far medians of one shape lie apart in separate runs: what `SCATTER` of the engine states."""

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from benchmarks.probing.suites import Bench, disturbed
from benchmarks.timing import Figure

PASSES = 4


def figures(bench: Bench) -> Iterator[Figure]:
    by_shape: dict[str, list[float]] = defaultdict(list)
    notes = []
    for _ in range(PASSES):
        _, report, _ = bench.probe(probes=("gemm.curve.fp32",))
        notes.append(disturbed(report))
        for figure in report.results[0].measurements:
            if "contended" not in figure.flags:
                by_shape[figure.metric].append(figure.value)
    apart = [
        100 * abs(math.log(one / other))
        for values in by_shape.values()
        for one, other in itertools.combinations(values, 2)
    ]
    note = f"median {np.median(apart):.1f} %, {len(apart)} pairs of {PASSES} runs; {notes[-1]}"
    p90 = float(np.quantile(apart, 0.9))
    yield Figure("medians of one product in two runs, p90 apart", p90, "%", note)
