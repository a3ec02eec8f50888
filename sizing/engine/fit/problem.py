"""The whole fit as one function of the log-factors."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen

from sizing.engine.fit.compiled import Compiled, compile_cases
from sizing.engine.fit.dataset import Measured
from sizing.engine.fit.forward import Observed, observe, predict
from sizing.engine.fit.gemms import GemmRows, compile_gemms, predict_gemms
from sizing.engine.fit.solver import Solution, solve
from sizing.engine.loads import Rate
from sizing.engine.operations import Array
from sizing.engine.physics import prior

Mask = npt.NDArray[np.bool_]


@frozen(kw_only=True, eq=False, repr=False)
class Problem:
    """Measured figures and the log-factors they depend on.

    Attributes:
        figures: (case, metric) of each figure.
        weights: per figure; a source or metric with many rows does not drown the others.
    """

    compiled: Compiled
    observed: Observed
    gemms: GemmRows
    names: tuple[str, ...]
    figures: tuple[tuple[Measured, str], ...]
    weights: Array

    def predict(self, theta: Array) -> tuple[Array, Array]:
        """Log residuals and their Jacobian."""
        known = len(self.compiled.names)
        residuals, jacobian = predict(self.compiled, self.observed, theta[:known])
        wide = np.zeros((len(residuals), len(theta)))
        wide[:, :known] = jacobian
        more, slopes = predict_gemms(self.gemms, theta)
        return np.concatenate([residuals, more]), np.concatenate([wide, slopes])

    def fit(
        self, keep: Mask | None = None, start: Array | None = None, iterations: int = 25
    ) -> Solution:
        """Fit to the figures that `keep` marks, all of them by default."""
        weights = self.weights if keep is None else self.weights * keep
        spread = np.array([prior(name)[1] for name in self.names])
        begin = np.zeros(len(self.names)) if start is None else start
        return solve(self.predict, begin, spread, weights, iterations=iterations)


def make_problem(cases: Sequence[Measured]) -> Problem:
    """Compile everything that has a closed schedule; open loads are only validated."""
    closed = [
        case
        for case in cases
        if case.situation is not None and not isinstance(case.situation.workload.load, Rate)
    ]
    compiled = compile_cases(closed)
    observed = observe(compiled)
    names = {name: index for index, name in enumerate(compiled.names)}
    gemms = compile_gemms(cases, names)
    figures = [
        *zip((compiled.cases[index] for index in observed.case), observed.metric, strict=True),
        *((case, "tflops") for case in gemms.cases),
    ]
    return Problem(
        compiled=compiled,
        observed=observed,
        gemms=gemms,
        names=tuple(names),
        figures=tuple(figures),
        weights=_weights(figures),
    )


def _weights(figures: Sequence[tuple[Measured, str]]) -> Array:
    counts = Counter((case.source, metric) for case, metric in figures)
    weights = np.array([counts[case.source, metric] ** -0.5 for case, metric in figures])
    return np.asarray(weights * len(weights) / weights.sum())
