import numpy as np
import pytest

from sizing.engine.least_squares import Problem, solve


def line_problem(values, widths=(1e3, 1e3)):
    x = np.arange(len(values), dtype=float)
    jacobian = np.stack([np.ones_like(x), x], axis=1)
    return Problem(
        residuals=lambda p: (jacobian @ p - np.asarray(values), jacobian),
        scale=0.1,
        centre=np.zeros(2),
        widths=np.array(widths),
        weights=np.ones(len(values)),
    )


def test_a_line_is_found():
    solution = solve(line_problem([1.0, 3.0, 5.0, 7.0]), np.zeros(2))

    assert solution.values == pytest.approx([1.0, 2.0], abs=1e-3)


def test_an_outlier_counts_linearly():
    values = np.arange(10, dtype=float)
    values[4] = 1000.0

    assert solve(line_problem(values), np.zeros(2)).values[1] == pytest.approx(1.0, abs=0.1)


def test_a_narrow_prior_holds_its_parameter():
    solution = solve(line_problem([1.0, 3.0, 5.0], widths=(1e3, 1e-6)), np.zeros(2))

    assert solution.values[1] == pytest.approx(0.0, abs=1e-3)


def test_more_points_shrink_the_covariance():
    few = solve(line_problem([1.0, 2.0, 3.0]), np.zeros(2)).covariance
    many = solve(line_problem(list(np.arange(30) + 1.0)), np.zeros(2)).covariance

    assert many[1, 1] < few[1, 1]
