"""What a workload needs on one accelerator."""

import numpy as np
import numpy.typing as npt
from attrs import frozen

from sizing.engine.dtypes import Formats
from sizing.engine.memory.activations import activation_bytes, communication_bytes
from sizing.engine.memory.cache import kv_bytes_per_request
from sizing.engine.memory.rules import rule_of
from sizing.engine.memory.weights import weight_bytes
from sizing.engine.models.spec import ModelSpec
from sizing.engine.operations import Array, Layout, as_points


@frozen(kw_only=True, eq=False)
class MemoryUse:
    """Bytes on the fullest accelerator, arrays of shape (points,).

    Attributes:
        weights: stored weights.
        kv_cache: cache and recurrent state of the live requests.
        activations: buffers of the largest step.
        runtime: driver context, libraries, communication buffers.
    """

    weights: Array
    kv_cache: Array
    activations: Array
    runtime: Array

    @property
    def total(self) -> Array:
        """What the work needs, without what a runtime reserves beyond that."""
        return self.weights + self.kv_cache + self.activations + self.runtime


def memory_use(
    model: ModelSpec,
    formats: Formats,
    layout: Layout,
    runtime: str,
    *,
    requests: npt.ArrayLike,
    context: npt.ArrayLike,
    step_tokens: npt.ArrayLike,
) -> MemoryUse:
    """Memory of a replica that holds `requests` of `context` tokens each.

    Shapes and units:
        runtime: contract name; selects the rule.
        requests: live requests of the replica; attention-data-parallel groups share them.
        context: tokens each request holds at its longest.
        step_tokens: tokens of the largest step.
    """
    rule = rule_of(runtime)
    each = kv_bytes_per_request(model, formats, layout, as_points(context), paged=rule.paged)
    live = np.ceil(as_points(requests) / layout.attention_dp)
    tokens = as_points(step_tokens) / layout.attention_dp
    grown = 1.0 + rule.slack
    return MemoryUse(
        weights=weight_bytes(model, formats, layout),
        kv_cache=live * each * grown,
        activations=activation_bytes(model, layout, tokens) * grown,
        runtime=communication_bytes(layout) + rule.context_bytes,
    )
