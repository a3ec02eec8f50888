"""Published GEMM rates as figures of the fit."""

from collections.abc import Sequence

import numpy as np
from attrs import frozen

from sizing.engine.fit.compiled import Index
from sizing.engine.fit.dataset import Measured
from sizing.engine.gemm import library_setting
from sizing.engine.operations import Array
from sizing.engine.rates import slots_for
from sizing.engine.roofline import gemm_work, ridge_seconds
from sizing.engine.workload import Gemm

_QUANTITIES = ("gemm_compute", "gemm_memory", "launch_s", "ridge")


@frozen(kw_only=True, eq=False, repr=False)
class GemmRows:
    """Measured products; arrays of shape (4 quantities, rows) and (4, rows, most factors)."""

    cases: list[Measured]
    base: Array
    factors: Index
    flops: Array
    bytes: Array
    log_measured: Array


def compile_gemms(cases: Sequence[Measured], names: dict[str, int]) -> GemmRows:
    """Rows of all GEMM cases with a measured rate; `names` grows by what they need."""
    kept = [case for case in cases if isinstance(case.workload, Gemm) and "tflops" in case.values]
    bases, rows, flops, moved = [], [], [], []
    for case in kept:
        gemm = case.workload
        assert isinstance(gemm, Gemm)  # filtered above
        setting = library_setting(case.deployment, gemm.precision)
        accelerator = case.deployment.accelerator
        slots = slots_for(accelerator, setting)
        used = [slots[q, gemm.precision if q.startswith("gemm") else ""] for q in _QUANTITIES]
        bases.append([basis.base for basis in used])
        rows.append([[names.setdefault(n, len(names)) for n in basis.names] for basis in used])
        work = gemm_work(gemm.m, gemm.n, gemm.k, gemm.precision)
        flops.append(float(work[0]))
        moved.append(float(work[1]))
    rates = [case.values["tflops"] * 1e12 for case in kept]
    return GemmRows(
        cases=kept,
        base=np.array(bases).reshape(-1, len(_QUANTITIES)).T,
        factors=_padded(rows),
        flops=np.array(flops),
        bytes=np.array(moved),
        log_measured=np.log(np.array(flops) / np.array(rates)),
    )


def _padded(rows: list[list[list[int]]]) -> Index:
    widest = max((len(row) for case in rows for row in case), default=1)
    table = np.full((len(_QUANTITIES), len(rows), widest), -1, dtype=np.intp)
    for index, case in enumerate(rows):
        for quantity, row in enumerate(case):
            table[quantity, index, : len(row)] = row
    return table


def predict_gemms(rows: GemmRows, theta: Array) -> tuple[Array, Array]:
    """Log of predicted over measured seconds, and derivatives by the log-factors."""
    extended = np.append(theta, 0.0)
    values = rows.base * np.exp(extended[rows.factors].sum(axis=2))
    rate, band, launch, ridge = values
    one = ridge_seconds(rows.flops, rows.bytes, peak_flops=rate, bytes_per_s=band, sharpness=ridge)
    seconds = one + launch
    powered_c, powered_m = (rows.flops / rate) ** ridge, (rows.bytes / band) ** ridge
    share = powered_c / (powered_c + powered_m)
    slopes = (-one * share / seconds, -one * (1 - share) / seconds, launch / seconds)
    jacobian = np.zeros((len(rows.cases), len(theta) + 1))
    index = np.arange(len(rows.cases))
    for quantity, slope in enumerate(slopes):
        for factor in range(rows.factors.shape[2]):
            jacobian[index, rows.factors[quantity, :, factor]] += slope
    return np.log(seconds) - rows.log_measured, jacobian[:, :-1]
