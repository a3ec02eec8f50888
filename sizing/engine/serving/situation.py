"""One workload on one deployment under one complete plan: everything a schedule depends on."""

import math
from functools import cached_property

import numpy as np
from attrs import frozen

from sizing.engine.dtypes import Formats, complete_formats
from sizing.engine.hardware import Deployment
from sizing.engine.layouts import complete_plan, layout_of
from sizing.engine.loads import Static
from sizing.engine.memory import kv_pool_bytes, max_requests, memory_use
from sizing.engine.operations import Layout
from sizing.engine.plan import Plan, PlanRequest
from sizing.engine.rates import Setting
from sizing.engine.runtimes import Runtime, runtime_facts, suggests_recent_runtime
from sizing.engine.workload import LlmInference

CROWD = 1024
"""Requests between the two points that the memory of one more request is read from."""


@frozen(kw_only=True, slots=False)
class Situation:
    """A workload, where it runs and how.

    Attributes:
        plan: complete; `data_parallel` replicas share the load evenly.
    """

    workload: LlmInference
    deployment: Deployment
    plan: Plan
    formats: Formats
    runtime: Runtime
    layout: Layout

    @property
    def is_static(self) -> bool:
        """Whether the load is one batch that starts together."""
        return isinstance(self.workload.load, Static)

    @cached_property
    def step_tokens(self) -> int:
        """Token budget of one scheduler step of a replica."""
        budget = self.plan.prefill_chunk_tokens or self.runtime.step_tokens
        return budget * self.plan.attention_data_parallel

    @cached_property
    def largest_step(self) -> float:
        """Tokens that working buffers are sized for, per replica."""
        if isinstance(self.workload.load, Static):
            together = self.workload.load.batch / self.plan.data_parallel
            return min(max(together * self.workload.new_tokens, 1.0), self.static_step_tokens)
        return float(self.step_tokens)

    @cached_property
    def static_step_tokens(self) -> float:
        """Largest prefill step of a static batch."""
        if self.runtime.whole_batch_prefill:
            return math.inf
        uncut = 0.0 if self.runtime.chunked else self.workload.new_tokens
        return max(float(self.step_tokens), uncut)

    @cached_property
    def required_at_once(self) -> int:
        """Requests that must fit together for the load to run at all."""
        load = self.workload.load
        if isinstance(load, Static) and not self.runtime.in_flight:
            return -(-load.batch // self.plan.data_parallel)
        return 1

    def working_step(self, live: float) -> float:
        """Tokens of the largest step that `live` requests of a replica really cause."""
        return max(1.0, min(self.largest_step, live * self.workload.new_tokens))

    @cached_property
    def admitted_context(self) -> float:
        """Tokens of one request that admission reckons with."""
        whole = self.workload.input_tokens + self.workload.output_tokens
        if self.is_static or self.runtime.reserves_whole_request:
            return whole
        return whole - self.workload.output_tokens / 2

    @property
    def memory_rule(self) -> str:
        """Name of the runtime's memory rule (`memory.rules`)."""
        return self.runtime.memory or self.workload.runtime

    @property
    def multicast(self) -> float:
        """1 where the switch reduces in the network, see `multicast_of`."""
        return multicast_of(self.deployment)

    @cached_property
    def pool_bytes(self) -> float:
        """Cache pool of one accelerator; negative when weights alone do not fit."""
        pool = kv_pool_bytes(
            self.workload.resident_model,
            self.formats,
            self.layout,
            self.memory_rule,
            capacity_bytes=self.deployment.accelerator.capacity_bytes,
            step_tokens=self.largest_step,
            memory_fraction=self.plan.memory_fraction,
            multicast=self.multicast,
        )
        return float(pool[0])

    @cached_property
    def max_requests(self) -> int:
        """Requests of this shape that the memory of one replica holds at once."""
        fitting = max_requests(
            self.workload.resident_model,
            self.formats,
            self.layout,
            np.array([self.pool_bytes]),
            self.admitted_context,
            self.memory_rule,
        )
        return int(min(float(fitting[0]), self._with_buffers, 1e9))

    @cached_property
    def _with_buffers(self) -> float:
        """Requests that fit together with the buffers that each more of them takes in a step.

        A pool is sized for the buffers of a usual batch; a crowd of short requests to a model with
        a large vocabulary outgrows them.
        """
        groups = self.plan.attention_data_parallel
        use = memory_use(
            self.workload.resident_model,
            self.formats,
            self.layout,
            self.memory_rule,
            requests=np.array([1.0, 1.0 + CROWD]) * groups,
            context=self.admitted_context,
            step_tokens=self.largest_step,
            multicast=self.multicast,
        )
        alone, crowd = (float(total) for total in use.total)
        room = self.deployment.accelerator.capacity_bytes - alone
        return groups * (1.0 + math.floor(room / max((crowd - alone) / CROWD, 1.0)))

    @cached_property
    def admitted(self) -> int:
        """Requests one replica runs at once: what memory and the batch limit allow."""
        limit = self.plan.max_batch or self.runtime.max_batch * self.plan.attention_data_parallel
        return min(self.max_requests, limit)

    @cached_property
    def setting(self) -> Setting:
        """What achievable rates depend on beside the accelerator."""
        return setting_of(self.deployment, self.formats, self.runtime)


def multicast_of(deployment: Deployment) -> float:
    """1 where the switch reduces in the network, which costs buffers (NVLink SHARP)."""
    capability = deployment.accelerator.compute_capability
    switched = deployment.interconnect == "nvswitch"
    return float(switched and capability[:2].rstrip(".").isdigit() and float(capability) >= 9)


def setting_of(deployment: Deployment, formats: Formats, runtime: Runtime) -> Setting:
    """The rate setting of a deployment for these formats and runtime."""
    return Setting(
        engine=runtime.engine,
        link=deployment.interconnect,
        node_bytes_per_s=deployment.node_bytes_per_s,
        activations=formats.activations,
        kv_cache=formats.kv_cache,
        weights=tuple(dict.fromkeys((formats.weights, formats.wide))),
    )


def runtime_of(workload: LlmInference, deployment: Deployment, formats: Formats) -> Runtime:
    """The generation of the workload's runtime on this hardware."""
    recent = suggests_recent_runtime(deployment.accelerator, formats.weights)
    return runtime_facts(workload.runtime, workload.runtime_version, recent=recent)


def formats_of(workload: LlmInference) -> Formats:
    """Storage formats of a workload with the contract's defaults filled in."""
    return complete_formats(
        workload.model.native_dtype,
        weights=workload.weights or workload.model.native_weights,
        activations=workload.activations,
        kv_cache=workload.kv_cache,
    )


def situation_of(workload: LlmInference, deployment: Deployment, request: PlanRequest) -> Situation:
    """Complete the plan and formats of a workload on a deployment.

    Raises:
        InputError: the plan contradicts the deployment.
    """
    formats = formats_of(workload)
    plan = complete_plan(request, deployment, workload.resident_model, formats)
    return Situation(
        workload=workload,
        deployment=deployment,
        plan=plan,
        formats=formats,
        runtime=runtime_of(workload, deployment, formats),
        layout=layout_of(plan),
    )
