"""Fit, cross-validate and describe a calibration."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sizing.engine.calibration import model_signature
from sizing.engine.fit.conformal import regime_quantiles
from sizing.engine.fit.dataset import Measured
from sizing.engine.fit.open_loads import memory_residuals, open_residuals
from sizing.engine.fit.problem import Problem, make_problem
from sizing.engine.fit.solver import Solution
from sizing.engine.fit.validation import (
    by_case,
    by_device,
    by_family,
    by_model,
    error_rows,
    left_out_residuals,
)
from sizing.engine.intervals import Basis
from sizing.engine.operations import Array
from sizing.engine.physics import prior

LEAST_FIGURES = 4
"""Figures a variant needs before its evidence counts as measured."""


def fingerprint(cases: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 over the measurements, independent of their order."""
    lines = sorted(json.dumps(case, sort_keys=True) for case in cases)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def make_calibration(
    cases: Sequence[Measured], *, data_fingerprint: str
) -> tuple[dict[str, Any], list[dict[str, object]]]:
    """The calibration file's content and the cross-validation table."""
    problem = make_problem(cases)
    solution = problem.fit()
    left_out: dict[Basis, Array] = {
        "case": left_out_residuals(problem, solution.theta, by_case),
        "model": left_out_residuals(problem, solution.theta, by_model),
        "device": left_out_residuals(problem, solution.theta, by_device),
        "family": left_out_residuals(problem, solution.theta, by_family),
    }
    factors = {
        name: round(float(value), 6)
        for name, value in sorted(zip(problem.names, solution.theta, strict=True))
    }
    table = [
        {"left_out": kind, **row}
        for kind, residuals in (("nothing", solution.residuals), *left_out.items())
        for row in error_rows(problem.figures, residuals)
    ]
    content = {
        "version": f"published-{data_fingerprint[:10]}",
        "fingerprint": data_fingerprint,
        "figures": len(problem.figures),
        "factors": factors,
        "deviations": _deviations(problem, solution),
        "variants": _counts(cases, by_device),
        "families": _counts(cases, by_family),
        "models": _counts(cases, _signature),
        "spreads": _spreads(problem, left_out, cases, factors),
    }
    return content, table


def _deviations(problem: Problem, solution: Solution) -> dict[str, list[float]]:
    """Posterior and prior standard deviation of each log-factor."""
    sigma = np.sqrt(np.diag(solution.covariance))
    pairs = sorted(zip(problem.names, sigma, strict=True))
    return {name: [round(float(value), 4), prior(name)[1]] for name, value in pairs}


def _counts(cases: Sequence[Measured], group: Any) -> dict[str, int]:
    counts = Counter(group(case) for case in cases for _ in case.values)
    return {name: count for name, count in sorted(counts.items()) if count >= LEAST_FIGURES}


def _signature(case: Measured) -> str:
    return "gemm" if case.situation is None else model_signature(case.situation.workload.model)


def _spreads(
    problem: Problem,
    left_out: Mapping[Basis, Array],
    cases: Sequence[Measured],
    factors: Mapping[str, float],
) -> dict[str, list[float]]:
    """Quantiles for each basis of left-out residuals.

    Open loads and memory are not fitted, so their residuals are the same whatever is left out.
    """
    open_figures, open_values = open_residuals(cases, factors)
    memory_figures, memory_values = memory_residuals(cases)
    spreads: dict[str, list[float]] = {}
    for basis, residuals in left_out.items():
        figures = [*problem.figures, *open_figures, *memory_figures]
        values = np.concatenate([residuals, open_values, memory_values])
        found = regime_quantiles(basis, figures, values)
        spreads |= {
            key: [round(low, 5), round(high, 5), size] for key, (low, high, size) in found.items()
        }
    return dict(sorted(spreads.items()))
