"""The engine's front door for one workload on one given system."""

from collections.abc import Mapping
from typing import Any

from sizing.engine.answer import Estimate
from sizing.engine.calibration import Calibration
from sizing.engine.devices import DeviceCalibration
from sizing.engine.hardware import Deployment
from sizing.engine.inference import estimate_inference
from sizing.engine.plan import parse_plan
from sizing.engine.serving.situation import situation_of
from sizing.engine.workload import Gemm, Workload

__all__ = ["Estimate", "estimate"]


def estimate(
    workload: Workload,
    deployment: Deployment,
    plan: Mapping[str, Any] | None,
    calibration: Calibration,
    device: DeviceCalibration | None = None,
) -> Estimate:
    """Estimate a workload on a deployment (contract section 2).

    Args:
        plan: any subset of contract section 2.2; the engine chooses the rest.
        device: the device's own calibration, for a device that was probed; else the one that
            `calibration` has for the variant, if any.

    Raises:
        InputError: the plan has wrong fields or contradicts the deployment.
    """
    request = parse_plan(plan)
    device = device or calibration.device(deployment.accelerator)
    if isinstance(workload, Gemm):
        from sizing.engine.gemm import estimate_gemm

        return estimate_gemm(workload, deployment, calibration, device)
    return estimate_inference(situation_of(workload, deployment, request), calibration, device)
