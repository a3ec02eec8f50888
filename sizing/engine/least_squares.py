"""Robust non-linear least squares with priors: soft-L1 loss, Levenberg-Marquardt, NumPy only."""

from collections.abc import Callable

import numpy as np
from attrs import frozen

from sizing.engine.operations import Array

Residuals = Callable[[Array], tuple[Array, Array]]
MAX_STEPS = 100
TOLERANCE = 1e-9


@frozen(kw_only=True, eq=False, repr=False)
class Problem:
    """Residuals of data and priors.

    Attributes:
        residuals: parameters (q,) -> residuals (n,) and their Jacobian (n, q).
        scale: residual beyond which the loss turns from square to linear.
        centre, widths: normal prior of each parameter, shape (q,).
        weights: of the data points, shape (n,).
    """

    residuals: Residuals
    scale: float
    centre: Array
    widths: Array
    weights: Array


@frozen(kw_only=True, eq=False, repr=False)
class Solution:
    """Parameters (q,), their covariance (q, q), and the data residuals (n,)."""

    values: Array
    covariance: Array
    residuals: Array


def solve(problem: Problem, start: Array) -> Solution:
    """Minimise sum w 2 s^2 (sqrt(1 + (r/s)^2) - 1) / s^2 + sum ((x - centre) / width)^2.

    Soft-L1 loss by iteratively reweighted least squares (Holland and Welsch 1977) with the damping
    of Levenberg (1944) and Marquardt (1963).
    """
    values, damping = np.array(start, dtype=np.float64), 1e-3
    cost = _cost(problem, values)
    for _ in range(MAX_STEPS):
        normal, gradient = _normal_equations(problem, values)
        step = np.linalg.solve(normal + damping * np.diag(np.diag(normal)), -gradient)
        trial = _cost(problem, values + step)
        if trial < cost:
            converged = cost - trial < TOLERANCE * (1.0 + cost)
            values, cost, damping = values + step, trial, max(damping / 10, 1e-12)
            if converged:
                break
        elif damping > 1e12:
            break
        else:
            damping *= 10
    normal, _ = _normal_equations(problem, values)
    return Solution(
        values=values,
        covariance=np.asarray(np.linalg.inv(normal), dtype=np.float64),
        residuals=problem.residuals(values)[0],
    )


def _cost(problem: Problem, values: Array) -> float:
    residuals, _ = problem.residuals(values)
    with np.errstate(over="ignore"):
        loss = 2.0 * (np.sqrt(1.0 + (residuals / problem.scale) ** 2) - 1.0)
    prior = ((values - problem.centre) / problem.widths) ** 2
    total = float((problem.weights * loss).sum() + prior.sum())
    return total if np.isfinite(total) else float("inf")


def _normal_equations(problem: Problem, values: Array) -> tuple[Array, Array]:
    residuals, jacobian = problem.residuals(values)
    robust = problem.weights / np.sqrt(1.0 + (residuals / problem.scale) ** 2) / problem.scale**2
    precision = 1.0 / problem.widths**2
    normal = (jacobian * robust[:, None]).T @ jacobian + np.diag(precision)
    gradient = jacobian.T @ (robust * residuals) + precision * (values - problem.centre)
    return normal, gradient
