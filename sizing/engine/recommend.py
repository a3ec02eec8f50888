"""The engine's front door for one workload over everything that can be bought or rented."""

from collections.abc import Sequence

from sizing.engine.calibration import Calibration
from sizing.engine.hardware import System
from sizing.engine.search.inference import recommend_inference
from sizing.engine.search.parsing import parse_sizing_request
from sizing.engine.search.recommendations import Recommendation, Recommendations
from sizing.engine.search.request import SizingRequest
from sizing.engine.workload import Gemm

__all__ = [
    "Recommendation",
    "Recommendations",
    "SizingRequest",
    "parse_sizing_request",
    "recommend",
]


def recommend(
    request: SizingRequest, systems: Sequence[System], calibration: Calibration
) -> Recommendations:
    """Find, size, price and rank deployments for a workload (contract section 3).

    The answer depends on the arguments alone, byte for byte.

    Args:
        request: workload, objective, target and limits.
        systems: everything that can be bought or rented, in a fixed order.
        calibration: what predictions rest on.
    """
    if isinstance(request.workload, Gemm):
        from sizing.engine.search.products import recommend_product

        return recommend_product(request, request.workload, systems, calibration)
    return recommend_inference(request, request.workload, systems, calibration)
