"""Cross-validation: fit without a device, a family or a model, then predict it."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from sizing.engine.families import calibration_family
from sizing.engine.fit.dataset import Measured
from sizing.engine.fit.problem import Problem
from sizing.engine.operations import Array

Group = Callable[[Measured], str]
FOLDS = 8
REFIT_ITERATIONS = 5
"""Refits start at the full solution, a few Gauss-Newton steps away from their own."""


def by_device(case: Measured) -> str:
    """Accelerator variant of a case."""
    return case.accelerator


def by_family(case: Measured) -> str:
    """Calibration family of a case's accelerator."""
    return calibration_family(case.deployment.accelerator)


def by_case(case: Measured) -> str:
    """One of a few folds of cases, shuffled by their identity."""
    digest = hashlib.sha256(case.case.encode()).digest()
    return f"fold {digest[0] % FOLDS}"


def by_model(case: Measured) -> str:
    """Model of a case; bare GEMMs form one group."""
    return case.model


def left_out_residuals(problem: Problem, theta: Array, group: Group) -> Array:
    """Log residuals of every figure, each predicted by a fit that never saw its group.

    Args:
        theta: fit to everything; where each refit starts.
    """
    labels = np.array([group(case) for case, _ in problem.figures])
    residuals = np.zeros(len(labels))
    for label in np.unique(labels):
        out = labels == label
        solution = problem.fit(keep=~out, start=theta, iterations=REFIT_ITERATIONS)
        residuals[out] = solution.residuals[out]
    return residuals


def error_rows(
    figures: Sequence[tuple[Measured, str]], residuals: Array
) -> list[dict[str, object]]:
    """Median and mean absolute error per metric, plain and averaged over sources."""
    metrics = sorted({metric for _, metric in figures})
    rows: list[dict[str, object]] = []
    for metric in metrics:
        index = [i for i, (_, name) in enumerate(figures) if name == metric]
        errors = np.abs(np.expm1(residuals[index]))
        sources = np.array([figures[i][0].source for i in index])
        apart = [errors[sources == source] for source in np.unique(sources)]
        rows.append(
            {
                "kind": "gemm" if metric == "tflops" else "llm-inference",
                "metric": metric,
                "n": len(index),
                "median_ape": float(np.median(errors)),
                "mean_ape": float(errors.mean()),
                "macro_median": float(np.mean([np.median(part) for part in apart])),
                "macro_mean": float(np.mean([part.mean() for part in apart])),
                "bias": float(np.median(np.expm1(residuals[index]))),
            }
        )
    return rows
