import numpy as np
import pytest

from sizing.engine.fit.solver import solve


def linear(matrix, truth):
    def predict(theta):
        return matrix @ (theta - truth), matrix

    return predict


def test_well_measured_factors_are_recovered():
    matrix = np.random.default_rng(1).normal(size=(200, 3))
    truth = np.array([0.3, -0.2, 0.1])
    solution = solve(linear(matrix, truth), np.zeros(3), np.ones(3), np.ones(200))
    assert solution.theta == pytest.approx(truth, abs=0.01)


def test_a_factor_nobody_measured_stays_at_its_prior():
    matrix = np.array([[1.0, 0.0]] * 50)
    solution = solve(linear(matrix, np.array([0.4, 9.0])), np.zeros(2), np.ones(2), np.ones(50))
    assert solution.theta[1] == pytest.approx(0.0, abs=1e-9)


def test_one_wild_figure_does_not_drag_the_fit():
    matrix = np.ones((41, 1))
    targets = np.array([0.1] * 40 + [5.0])

    def predict(theta):
        return matrix @ theta - targets, matrix

    solution = solve(predict, np.zeros(1), np.ones(1), np.ones(41))
    assert solution.theta[0] == pytest.approx(0.1, abs=0.02)
