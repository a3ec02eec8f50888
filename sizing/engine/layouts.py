"""Complete a partial plan: choose what the caller left open, refuse what contradicts itself."""

import math

from sizing.engine.dtypes import Formats
from sizing.engine.errors import FieldError, InputError
from sizing.engine.hardware import Deployment
from sizing.engine.memory.weights import weight_bytes
from sizing.engine.models import ModelSpec
from sizing.engine.operations import Layout, one_layout
from sizing.engine.plan import Plan, PlanRequest

_RANK_FIELDS = (
    "tensor_parallel",
    "pipeline_parallel",
    "attention_data_parallel",
    "data_parallel",
)
WEIGHTS_SHARE = 0.7
"""Of an accelerator's memory that weights may take before another pipeline stage is opened: the
rest is for the cache, activations and the runtime."""


def complete_plan(
    request: PlanRequest, deployment: Deployment, model: ModelSpec, formats: Formats
) -> Plan:
    """The plan with every open field chosen.

    Tensor parallelism is kept inside a node and a divisor of the query heads, pipeline stages are
    opened only as far as the weights need them, whatever remains becomes replicas. Experts are
    spread by tensor parallelism unless the plan uses attention data parallelism.

    Raises:
        InputError: a product of the plan does not match the deployment, or it has more pipeline
            stages than the model has layers.
    """
    _check_stages(request, model)
    ranks = _share_ranks(request, deployment, model, formats)
    experts = _share_experts(request, ranks["tensor_parallel"] * ranks["attention_data_parallel"])
    return Plan(
        **ranks,
        **experts,
        max_batch=request.max_batch,
        prefill_chunk_tokens=request.prefill_chunk_tokens,
        memory_fraction=request.memory_fraction,
    )


def _check_stages(request: PlanRequest, model: ModelSpec) -> None:
    stages = request.pipeline_parallel
    if stages is not None and stages > model.layer_count:
        detail = (
            f"{model.layer_count} layers cannot be split into {stages} stages; "
            f"use at most {model.layer_count}."
        )
        raise InputError.of("plan.pipeline_parallel", "too_large", detail)


def _share_ranks(
    request: PlanRequest, deployment: Deployment, model: ModelSpec, formats: Formats
) -> dict[str, int]:
    given = {name: getattr(request, name) for name in _RANK_FIELDS}
    fixed = {name: value for name, value in given.items() if value is not None}
    product = math.prod(fixed.values())
    if deployment.count % product or (
        len(fixed) == len(_RANK_FIELDS) and product != deployment.count
    ):
        raise InputError.of("plan", "contradictory", _product_problem(fixed, deployment.count))
    left = deployment.count // product
    chosen = {name: value if value is not None else 1 for name, value in given.items()}
    if "tensor_parallel" not in fixed:
        chosen["tensor_parallel"] = _widest_tensor_parallel(left, deployment.per_node, model)
        left //= chosen["tensor_parallel"]
    if "pipeline_parallel" not in fixed:
        limit = deployment.accelerator.capacity_bytes * WEIGHTS_SHARE
        alone = float(weight_bytes(model, formats, _layout_of(chosen))[0])
        # With the replicas given, stages are what remains.
        needed = left if "data_parallel" in fixed else alone / limit
        chosen["pipeline_parallel"] = _fewest_stages(left, needed, model.layer_count)
        left //= chosen["pipeline_parallel"]
    if "data_parallel" not in fixed:
        chosen["data_parallel"] = left
    elif left != 1:
        raise InputError.of("plan", "contradictory", _product_problem(fixed, deployment.count))
    return chosen


def _layout_of(chosen: dict[str, int]) -> Layout:
    ranks = chosen["tensor_parallel"] * chosen["attention_data_parallel"]
    return one_layout(
        tp=chosen["tensor_parallel"], attention_dp=chosen["attention_data_parallel"], etp=ranks
    )


def _fewest_stages(ranks: int, needed: float, layers: int) -> int:
    """The smallest divisor of `ranks` that is enough, else the largest one that layers allow."""
    divisors = [size for size in range(1, min(ranks, layers) + 1) if ranks % size == 0]
    return next((size for size in divisors if size >= needed), divisors[-1])


def _product_problem(fixed: dict[str, int], count: int) -> str:
    product = " x ".join(f"{name} {value}" for name, value in fixed.items())
    return (
        f"{product} = {math.prod(fixed.values())} does not make up the {count} accelerators of "
        f"the deployment; choose factors of {count}."
    )


def _widest_tensor_parallel(ranks: int, per_node: int, model: ModelSpec) -> int:
    widest = min(ranks, per_node)
    fitting = (
        size for size in range(widest, 0, -1) if ranks % size == 0 and model.query_heads % size == 0
    )
    return next(fitting, 1)


def _share_experts(request: PlanRequest, stage: int) -> dict[str, int]:
    expert, tensor = request.expert_parallel, request.expert_tensor_parallel
    if expert is None and tensor is None:
        expert, tensor = 1, stage
    elif expert is None:
        expert = stage // tensor if tensor else 1
    elif tensor is None:
        tensor = max(stage // expert, 1)
    assert expert is not None and tensor is not None  # both branches above set the other
    if expert * tensor != stage:
        detail = (
            f"expert_parallel {expert} x expert_tensor_parallel {tensor} = {expert * tensor} must "
            f"equal tensor_parallel x attention_data_parallel = {stage}."
        )
        raise InputError(
            [FieldError(attr="plan.expert_parallel", code="contradictory", detail=detail)]
        )
    return {"expert_parallel": expert, "expert_tensor_parallel": tensor}


def layout_of(plan: Plan, imbalance: float = 1.0) -> Layout:
    """The layout arrays of one plan, shape (1,)."""
    return one_layout(
        tp=plan.tensor_parallel,
        pp=plan.pipeline_parallel,
        attention_dp=plan.attention_data_parallel,
        ep=plan.expert_parallel,
        etp=plan.expert_tensor_parallel,
        expert_imbalance=imbalance,
    )
