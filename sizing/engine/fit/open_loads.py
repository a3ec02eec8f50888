"""Figures outside the closed-form fit: open loads and memory, predicted by the engine itself."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from sizing.engine.calibration import Calibration
from sizing.engine.devices import calibrated_rates
from sizing.engine.fit.dataset import Measured
from sizing.engine.fits import memory_of
from sizing.engine.loads import Rate
from sizing.engine.operations import Array
from sizing.engine.serving.loads import schedule_of
from sizing.engine.serving.run import metric_values, run_load

Figures = list[tuple[Measured, str]]


def open_residuals(
    cases: Sequence[Measured], factors: Mapping[str, float]
) -> tuple[Figures, Array]:
    """Log residuals of Poisson loads by simulation."""
    calibration = Calibration(version="", factors=factors)
    figures: Figures = []
    residuals = []
    for case in cases:
        situation = case.situation
        if situation is None or not isinstance(situation.workload.load, Rate):
            continue
        accelerator = situation.deployment.accelerator
        rates = calibrated_rates(accelerator, situation.setting, calibration)
        values = metric_values(situation, run_load(situation, rates))
        for metric, measured in case.values.items():
            if metric in values:
                figures.append((case, metric))
                residuals.append(math.log(values[metric] / measured))
    return figures, np.array(residuals)


def memory_residuals(cases: Sequence[Measured]) -> tuple[Figures, Array]:
    """Log residuals of peak memory, which no factor changes."""
    figures: Figures = []
    residuals = []
    for case in cases:
        measured = case.values.get("peak_memory_gb")
        if case.situation is None or measured is None:
            continue
        live = schedule_of(case.situation).live
        figures.append((case, "peak_memory_gb"))
        residuals.append(math.log(memory_of(case.situation, live).total_gb / measured))
    return figures, np.array(residuals)
