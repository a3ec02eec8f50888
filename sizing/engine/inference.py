"""Estimate a language model served on one deployment."""

from collections.abc import Sequence

from sizing.engine.answer import Estimate
from sizing.engine.calibration import Calibration
from sizing.engine.devices import DeviceCalibration, calibrated_rates
from sizing.engine.evidence import inference_evidence
from sizing.engine.explain import breakdown, largest_bound
from sizing.engine.fits import memory_of, problems_of
from sizing.engine.serving.run import metric_values, run_load
from sizing.engine.serving.situation import Situation
from sizing.engine.spread import spread_metrics


def estimate_inference(
    situation: Situation, calibration: Calibration, device: DeviceCalibration | None = None
) -> Estimate:
    """Metrics with intervals, memory, breakdown and evidence of one situation."""
    problems = problems_of(situation)
    if problems:
        return _infeasible(situation, calibration, problems)
    accelerator = situation.deployment.accelerator
    rates = calibrated_rates(accelerator, situation.setting, calibration, device)
    outcome = run_load(situation, rates)
    memory = memory_of(situation, outcome.live)
    values = {**metric_values(situation, outcome), "peak_memory_gb": memory.total_gb}
    parts = breakdown(outcome.priced, outcome.repeats, rates)
    evidence = inference_evidence(situation, calibration, device, outcome.notes)
    return Estimate(
        feasible=True,
        metrics=spread_metrics(values, situation, outcome, calibration, device),
        memory=memory,
        plan=situation.plan.to_dict(),
        breakdown=parts,
        bottleneck="memory-capacity" if outcome.starved else largest_bound(parts),
        evidence=evidence,
    )


def _infeasible(
    situation: Situation, calibration: Calibration, problems: Sequence[str]
) -> Estimate:
    return Estimate(
        feasible=False,
        problems=tuple(problems),
        memory=memory_of(situation, situation.required_at_once),
        plan=situation.plan.to_dict(),
        bottleneck="memory-capacity",
        evidence=inference_evidence(situation, calibration),
    )
