"""Scheduler steps of many systems and layouts priced together: the search's inner loop."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from attrs import frozen

from sizing.engine.calibration import Calibration
from sizing.engine.devices import device_shapes, rate_ratios
from sizing.engine.dtypes import Formats
from sizing.engine.hardware import Accelerator, Deployment
from sizing.engine.lowering import lower_step
from sizing.engine.lowering.speculative import lower_speculative_step
from sizing.engine.operations import Array, Collectives, Layout, Operations, Step
from sizing.engine.pricing import price_step
from sizing.engine.rates import PointShapes, Rates, Setting, rates_of
from sizing.engine.runtimes import Runtime
from sizing.engine.serving.scores import with_score_traffic
from sizing.engine.serving.situation import formats_of, runtime_of, setting_of
from sizing.engine.shape_factors import ShapeFactors
from sizing.engine.workload import LlmInference


@frozen(kw_only=True, eq=False, repr=False)
class StepTimes:
    """Seconds of steps, one per row.

    Attributes:
        seconds: through all pipeline stages.
        stage_seconds: of one stage, what throughput sees when every stage is busy.
        compute_s, memory_s, interconnect_s, host_s: parts of `seconds`, before any overlap.
    """

    seconds: Array
    stage_seconds: Array
    compute_s: Array
    memory_s: Array
    interconnect_s: Array
    host_s: Array


def price_steps(
    workload: LlmInference,
    hardware: Sequence[Deployment],
    which: npt.NDArray[np.intp],
    layout: Layout,
    step: Step,
    calibration: Calibration,
) -> StepTimes:
    """Price rows, each one scheduler step on one of `hardware` with one layout.

    Args:
        which: index into `hardware`, shape (rows,).
        layout, step: arrays of shape (rows,).
    """
    formats = formats_of(workload)
    runtimes = [runtime_of(workload, deployment, formats) for deployment in hardware]
    rates = _rates(hardware, formats, runtimes, calibration)
    overlaps = np.array([runtime.overlaps_host for runtime in runtimes])
    per_node = np.array([float(deployment.per_node) for deployment in hardware])
    operations, collectives = lower_workload(workload, formats, layout, step)
    score_bytes = runtimes[0].score_bytes if runtimes else 0.0
    operations = with_score_traffic(operations, workload.model, score_bytes)
    price = price_step(
        operations,
        collectives,
        step,
        rates.take(which),
        per_node=per_node[which],
        overlaps_host=overlaps[which],
        busy_stages=layout.pp,
    )
    messages = price.messages.sum(axis=1)
    compute = (price.kernels * price.compute_share).sum(axis=1)
    return StepTimes(
        seconds=price.total,
        stage_seconds=price.total / layout.pp,
        compute_s=compute,
        memory_s=price.kernels.sum(axis=1) - compute,
        interconnect_s=messages,
        host_s=price.host,
    )


def lower_workload(
    workload: LlmInference, formats: Formats, layout: Layout, step: Step
) -> tuple[Operations, Collectives]:
    """Work of steps of a workload, drafts and their verification included."""
    if workload.speculation is None:
        return lower_step(workload.model, formats, layout, step)
    return lower_speculative_step(workload.model, workload.speculation, formats, layout, step)


def _rates(
    hardware: Sequence[Deployment],
    formats: Formats,
    runtimes: Sequence[Runtime],
    calibration: Calibration,
) -> Rates:
    settings = [
        setting_of(deployment, formats, runtime)
        for deployment, runtime in zip(hardware, runtimes, strict=True)
    ]
    accelerators = [deployment.accelerator for deployment in hardware]
    rates = rates_of(accelerators, settings, calibration.factors)
    if not calibration.devices:
        return rates
    return _with_devices(rates, accelerators, settings, calibration)


def _with_devices(
    rates: Rates,
    accelerators: Sequence[Accelerator],
    settings: Sequence[Setting],
    calibration: Calibration,
) -> Rates:
    """Rates of variants with an attached device, corrected by its probes."""
    ratios = np.ones((2, len(accelerators)))
    owners = np.full(len(accelerators), -1, dtype=np.intp)
    tables: list[ShapeFactors] = []
    for point, (accelerator, setting) in enumerate(zip(accelerators, settings, strict=True)):
        device = calibration.device(accelerator)
        if device is None:
            continue
        ratios[:, point] = rate_ratios(device, accelerator, setting, calibration)
        table = device_shapes(device, accelerator, setting, calibration)
        if table is not None:
            owners[point] = len(tables)
            tables.append(table)
    scaled = rates.scaled(compute=ratios[0], memory=ratios[1])
    return scaled.with_shapes(PointShapes(tuple(tables), owners)) if tables else scaled
