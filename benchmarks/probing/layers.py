"""Sums over the matrix products of language-model layers, predicted and then timed.

A calibration is fitted on shapes scattered over a range; what people run are the layers of models,
which it has never seen. Each layer at each number of tokens is one sum.
"""

import itertools
from collections.abc import Iterator

import numpy as np

from benchmarks.probing.suites import Bench, disturbed
from benchmarks.timing import Figure
from catalog.models import Measurement
from probes.protocol import MOST_PRODUCTS, Product, Report
from sizing.services.estimates import estimate

FORMAT = "fp32"
TOKENS = (8, 24, 64, 160, 384)
#: (outputs, inputs, how many) of the matrices of one layer: queries, keys and values, output, and
#: feed-forward, as in the configurations of these models.
LAYERS = {
    "qwen2.5-0.5b": ((896, 896, 2), (128, 896, 2), (4864, 896, 2), (896, 4864, 1)),
    "bert-base": ((768, 768, 4), (3072, 768, 1), (768, 3072, 1)),
    "smollm2-360m": ((960, 960, 2), (320, 960, 2), (2560, 960, 2), (960, 2560, 1)),
    "llama-3.2-1b": ((2048, 2048, 2), (512, 2048, 2), (8192, 2048, 2), (2048, 8192, 1)),
}
TARGET_PERCENT = 15.0
Sizes = tuple[int, int, int]


def figures(bench: Bench) -> Iterator[Figure]:
    shapes = sorted({(m, n, k) for m in TOKENS for rows in LAYERS.values() for n, k, _ in rows})
    guessed = {shape: _predicted_s(bench, shape) for shape in shapes}
    timed, notes = _timed_s(bench, shapes)
    sums = [(name, _sum(name, m, guessed), _sum(name, m, timed)) for name, m in _cases()]
    errors = np.array([abs(guess / truth - 1) for _, guess, truth in sums]) * 100
    note = f"median {np.median(errors):.1f} %, largest {errors.max():.1f} %, {notes}"
    moved = _moved(bench)
    note = f"{note}; the machine runs the curve in {moved:.2f} x the time it took then"
    p90 = float(np.quantile(errors, 0.9))
    yield Figure(f"layer sums, p90 error ({len(sums)})", p90, "%", note, at_most=TARGET_PERCENT)
    for name in LAYERS:
        guess, truth = (sum(s[i] for s in sums if s[0] == name) for i in (1, 2))
        yield Figure(f"{name}, all tokens, error", 100 * (guess / truth - 1), "%")
    single = np.array([abs(guessed[shape] / timed[shape] - 1) for shape in shapes]) * 100
    note = f"median {np.median(single):.1f} %"
    p90 = float(np.quantile(single, 0.9))
    yield Figure(f"single products, p90 error ({len(shapes)})", p90, "%", note)


def _moved(bench: Bench) -> float:
    """Time of the calibrated shapes now over that at calibration: what no fit can know."""
    _, report, _ = bench.probe(probes=(f"gemm.curve.{FORMAT}",))
    then = {
        row.metric: row.value
        for row in Measurement.objects.filter(probe=f"gemm.curve.{FORMAT}", repetition=0)
    }
    ratios = [f.value / then[f.metric] for f in report.results[0].measurements if f.metric in then]
    return float(np.median(ratios))


def _cases() -> Iterator[tuple[str, int]]:
    return itertools.product(LAYERS, TOKENS)


def _sum(name: str, m: int, seconds: dict[Sizes, float]) -> float:
    return sum(count * seconds[m, n, k] for n, k, count in LAYERS[name])


def _predicted_s(bench: Bench, shape: Sizes) -> float:
    workload = {"kind": "gemm", "precision": FORMAT, **dict(zip("mnk", shape, strict=True))}
    answer = estimate({"workload": workload, "hardware": {"device": bench.device.pk}})
    return float(answer["metrics"]["latency_ms"]["value"]) / 1e3


def _timed_s(bench: Bench, shapes: list[Sizes]) -> tuple[dict[Sizes, float], str]:
    """Timed after the predictions were made, so that none could rest on them."""
    found: dict[Sizes, float] = {}
    reports: list[Report] = []
    for start in range(0, len(shapes), MOST_PRODUCTS):
        few = shapes[start : start + MOST_PRODUCTS]
        wanted = tuple(Product(m=m, n=n, k=k, dtype=FORMAT) for m, n, k in few)
        _, report, _ = bench.probe(probes=(f"gemm.curve.{FORMAT}",), products=wanted)
        reports.append(report)
        for figure in report.results[0].measurements:
            sizes = figure.params["m"], figure.params["n"], figure.params["k"]
            found[sizes] = min(figure.value, found.get(sizes, figure.value))
    return found, "; ".join(disturbed(report) for report in reports)
