"""Robust maximum a posteriori fit of the log-factors."""

from collections.abc import Callable

import numpy as np
from attrs import frozen

from sizing.engine.operations import Array

Predict = Callable[[Array], tuple[Array, Array]]

SOFT_SCALE = 0.13
"""Log residual at which a figure pulls half as hard as a square would (Cauchy loss). Tables hold
whole blocks that no physics explains (wrong layouts, unstated versions); under a loss that grows
linearly they still bent what is predicted for models and devices left out."""
NOISE = 0.18
"""Log scatter that one figure counts with. Single figures repeat within 4-9 %, but neighbouring
rows of a table share their errors, so each brings a tenth of its own information; both were chosen
by the errors on models and devices left out."""


@frozen(kw_only=True, eq=False, repr=False)
class Solution:
    """Fitted log-factors, their covariance and the residuals at the optimum."""

    theta: Array
    covariance: Array
    residuals: Array


def solve(
    predict: Predict,
    start: Array,
    spread: Array,
    weights: Array,
    *,
    iterations: int = 25,
    tolerance: float = 1e-4,
) -> Solution:
    """Gauss-Newton with damping on a Cauchy loss of residuals and Gaussian priors around zero.

    Args:
        start: first guess, shape (names,).
        spread: prior standard deviation per name.
        weights: weight per figure.
    """
    theta, damping = start.copy(), 1e-3
    residuals, jacobian = predict(theta)
    cost = _cost(residuals, theta, spread, weights)
    precision = 1.0 / spread**2
    hessian = np.diag(precision)
    for _ in range(iterations):
        pull = weights / NOISE**2 / (1.0 + (residuals / SOFT_SCALE) ** 2)
        hessian = (jacobian * pull[:, None]).T @ jacobian + np.diag(precision)
        gradient = jacobian.T @ (pull * residuals) + precision * theta
        step = -np.linalg.solve(hessian + damping * np.diag(np.diag(hessian)), gradient)
        trial = theta + np.clip(step, -0.7, 0.7)
        trial_residuals, trial_jacobian = predict(trial)
        trial_cost = _cost(trial_residuals, trial, spread, weights)
        if trial_cost > cost:
            damping *= 8.0
            if damping > 1e6:
                break
            continue
        gain = cost - trial_cost
        theta, residuals, jacobian, cost = trial, trial_residuals, trial_jacobian, trial_cost
        damping = max(damping / 5.0, 1e-6)
        if gain < tolerance * cost:
            break
    return Solution(
        theta=theta,
        covariance=np.asarray(np.linalg.inv(hessian), dtype=np.float64),
        residuals=residuals,
    )


def _cost(residuals: Array, theta: Array, spread: Array, weights: Array) -> float:
    soft = SOFT_SCALE**2 * np.log1p((residuals / SOFT_SCALE) ** 2)
    return float((weights * soft).sum() / NOISE**2 + ((theta / spread) ** 2).sum())
