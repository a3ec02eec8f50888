"""Memory first: how many requests each replica holds, and how much is missing where none fits."""

import numpy as np
from attrs import frozen

from sizing.engine.loads import Static
from sizing.engine.memory import kv_bytes_per_request, kv_pool_bytes, max_requests
from sizing.engine.operations import Array, Layout
from sizing.engine.runtimes import runtime_facts
from sizing.engine.search.replicas import Replicas
from sizing.engine.serving.situation import formats_of, multicast_of
from sizing.engine.workload import LlmInference


@frozen(kw_only=True, eq=False, repr=False)
class Holding:
    """Arrays of shape (replicas,).

    Attributes:
        requests: most that one replica holds at once.
        shortfall_bytes: missing on each accelerator for the weights and one request; <= 0 fits.
    """

    requests: Array
    shortfall_bytes: Array


def holding_of(workload: LlmInference, replicas: Replicas) -> Holding:
    """Requests that the memory of each replica admits, by the rule of the runtime."""
    runtime = runtime_facts(workload.runtime, workload.runtime_version)
    formats, layout = formats_of(workload), layout_of(replicas)
    model = workload.resident_model
    pool = kv_pool_bytes(
        model,
        formats,
        layout,
        workload.runtime,
        capacity_bytes=replicas.of_deployment(lambda place: place.accelerator.capacity_bytes),
        step_tokens=runtime.step_tokens * layout.attention_dp,
        multicast=replicas.of_deployment(multicast_of),
    )
    context = _admitted_context(workload, runtime.reserves_whole_request)
    one = kv_bytes_per_request(model, formats, layout, context, workload.runtime)
    fitting = max_requests(
        workload.resident_model, formats, layout, pool, context, runtime=workload.runtime
    )
    return Holding(requests=np.where(pool > 0, fitting, 0.0), shortfall_bytes=one - pool)


def layout_of(replicas: Replicas) -> Layout:
    """The layouts of replicas as the engine's arrays."""
    return Layout(
        tp=replicas.tp,
        pp=replicas.pp,
        attention_dp=replicas.attention_dp,
        ep=replicas.ep,
        etp=replicas.etp,
    )


def _admitted_context(workload: LlmInference, whole: bool) -> float:
    """Tokens of one request that admission reckons with."""
    longest = workload.input_tokens + workload.output_tokens
    if whole or isinstance(workload.load, Static):
        return longest
    return longest - workload.output_tokens / 2
