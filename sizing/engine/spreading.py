"""One model spread over ever more accelerators: what each must hold, for all sizes at once."""

from collections.abc import Iterator, Sequence

import numpy as np
from attrs import frozen

from sizing.engine.errors import InputError
from sizing.engine.hardware import Deployment
from sizing.engine.layouts import complete_plan
from sizing.engine.memory import memory_use
from sizing.engine.operations import Array
from sizing.engine.plan import Plan, PlanRequest
from sizing.engine.runtimes import runtime_facts
from sizing.engine.search.holding import holding_of, layout_of
from sizing.engine.search.layouts import IntArray
from sizing.engine.search.replicas import Replicas
from sizing.engine.serving.situation import formats_of, multicast_of
from sizing.engine.workload import LlmInference

GB = 1e9
ONE_REPLICA = PlanRequest(data_parallel=1)


@frozen(kw_only=True)
class Spread:
    """One replica of a model on one deployment.

    Attributes:
        plan: tensor parallel as far as heads and node allow, pipeline stages beyond.
        needed_gb: on the fullest accelerator, for the weights and one request.
        short_gb: missing there by the rule of the runtime, 0 where it fits.
        requests: most that fit at once.
    """

    deployment: Deployment
    plan: Plan
    needed_gb: float
    short_gb: float
    requests: int

    @property
    def count(self) -> int:
        """Accelerators of the replica."""
        return self.deployment.count

    @property
    def fits(self) -> bool:
        """Whether the weights and a request have room."""
        return self.requests >= 1


def spreads_of(workload: LlmInference, deployments: Sequence[Deployment]) -> tuple[Spread, ...]:
    """The model as one replica on each deployment; those it cannot be divided over are left out."""
    planned = list(_planned(workload, deployments))
    if not planned:
        return ()
    replicas = _replicas(planned)
    holding = holding_of(workload, replicas)
    needed = _needed_bytes(workload, replicas)
    short, requests = np.maximum(holding.shortfall_bytes, 0.0), holding.requests
    return tuple(
        Spread(
            deployment=place,
            plan=plan,
            needed_gb=float(needed[row]) / GB,
            short_gb=float(short[row]) / GB,
            requests=int(requests[row]),
        )
        for row, (place, plan) in enumerate(planned)
    )


def _planned(
    workload: LlmInference, deployments: Sequence[Deployment]
) -> Iterator[tuple[Deployment, Plan]]:
    formats = formats_of(workload)
    for place in deployments:
        try:
            yield place, complete_plan(ONE_REPLICA, place, workload.resident_model, formats)
        except InputError:
            continue


def _replicas(planned: Sequence[tuple[Deployment, Plan]]) -> Replicas:
    def column(name: str) -> IntArray:
        return np.array([getattr(plan, name) for _, plan in planned], dtype=np.int64)

    return Replicas(
        deployments=tuple(place for place, _ in planned),
        deployment=np.arange(len(planned)),
        tp=column("tensor_parallel"),
        pp=column("pipeline_parallel"),
        attention_dp=column("attention_data_parallel"),
        ep=column("expert_parallel"),
        etp=column("expert_tensor_parallel"),
    )


def _needed_bytes(workload: LlmInference, replicas: Replicas) -> Array:
    runtime = runtime_facts(workload.runtime, workload.runtime_version)
    layout = layout_of(replicas)
    use = memory_use(
        workload.resident_model,
        formats_of(workload),
        layout,
        workload.runtime,
        requests=1.0,
        context=workload.input_tokens + workload.output_tokens,
        step_tokens=np.minimum(runtime.step_tokens, workload.new_tokens) * layout.attention_dp,
        multicast=replicas.of_deployment(multicast_of),
    )
    return use.total
