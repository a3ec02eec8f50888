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


@frozen(kw_only=True, eq=False, repr=False)
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
    multicast: npt.ArrayLike = 0.0,
) -> MemoryUse:
    """Memory of a replica that holds `requests` of `context` tokens each.

    `runtime` (contract name) selects the rule; `requests` are those of the replica, which its
    attention-data-parallel groups share; `context` is what a request holds at its longest;
    `step_tokens` are the tokens of the largest step; `multicast` is 1 where the switch between
    accelerators multicasts (NVLink SHARP: NVSwitch of Hopper and later).
    """
    rule = rule_of(runtime)
    each = kv_bytes_per_request(model, formats, layout, context, runtime)
    live = np.ceil(as_points(requests) / layout.attention_dp)
    tokens = as_points(step_tokens) / layout.attention_dp
    grown = 1.0 + rule.slack
    weights = weight_bytes(model, formats, layout, rule)
    runtime_bytes = communication_bytes(layout, rule, as_points(multicast)) + rule.context_bytes
    shape = np.broadcast_shapes(weights.shape, each.shape, live.shape, tokens.shape)
    return MemoryUse(
        weights=_held(weights, shape),
        kv_cache=live * each * grown,
        activations=activation_bytes(model, layout, rule, tokens, live) * grown,
        runtime=_held(runtime_bytes, shape),
    )


def _held(column: Array, shape: tuple[int, ...]) -> Array:
    return column if column.shape == shape else np.broadcast_to(column, shape)
