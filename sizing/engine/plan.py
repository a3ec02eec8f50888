"""How a model is laid out over the accelerators of a deployment."""

from collections.abc import Mapping
from typing import Any

import attrs
from attrs import frozen

from sizing.engine.errors import FieldError
from sizing.engine.reading import FieldReader, raise_if_any

MAX_RANKS = 1e6


@frozen(kw_only=True)
class PlanRequest:
    """The fields of a plan that the caller fixed; None leaves the choice to the engine."""

    tensor_parallel: int | None = None
    pipeline_parallel: int | None = None
    data_parallel: int | None = None
    attention_data_parallel: int | None = None
    expert_parallel: int | None = None
    expert_tensor_parallel: int | None = None
    max_batch: int | None = None
    prefill_chunk_tokens: int | None = None
    memory_fraction: float | None = None


@frozen(kw_only=True)
class Plan:
    """A complete inference plan.

    Attributes:
        tensor_parallel: ranks that share every matrix of a layer.
        pipeline_parallel: stages of consecutive layers.
        data_parallel: whole replicas.
        attention_data_parallel: groups that each run attention for their own requests while
            sharing the experts.
        expert_parallel, expert_tensor_parallel: how the experts are spread over the
            `tensor_parallel x attention_data_parallel` ranks of a stage.
        max_batch: most requests one replica runs at once; None means as many as memory holds.
        prefill_chunk_tokens: most tokens one scheduler step takes; None means the runtime's.
        memory_fraction: share of memory that the runtime may use; None means the runtime's.
    """

    tensor_parallel: int = 1
    pipeline_parallel: int = 1
    data_parallel: int = 1
    attention_data_parallel: int = 1
    expert_parallel: int = 1
    expert_tensor_parallel: int = 1
    max_batch: int | None = None
    prefill_chunk_tokens: int | None = None
    memory_fraction: float | None = None

    @property
    def stage_ranks(self) -> int:
        """Accelerators of one pipeline stage of one replica."""
        return self.tensor_parallel * self.attention_data_parallel

    @property
    def replica_ranks(self) -> int:
        """Accelerators of one replica."""
        return self.stage_ranks * self.pipeline_parallel

    def to_dict(self) -> dict[str, Any]:
        """Contract section 2.2; what was left to the runtime is left out."""
        return {key: value for key, value in attrs.asdict(self).items() if value is not None}


def parse_plan(data: Mapping[str, Any] | None) -> PlanRequest:
    """Read contract section 2.2.

    Raises:
        InputError: every field that is unknown or out of range.
    """
    errors: list[FieldError] = []
    reader = FieldReader({} if data is None else data, "plan", errors)
    reader.only(*attrs.fields_dict(PlanRequest))
    request = PlanRequest(
        tensor_parallel=reader.count("tensor_parallel", most=MAX_RANKS),
        pipeline_parallel=reader.count("pipeline_parallel", most=MAX_RANKS),
        data_parallel=reader.count("data_parallel", most=MAX_RANKS),
        attention_data_parallel=reader.count("attention_data_parallel", most=MAX_RANKS),
        expert_parallel=reader.count("expert_parallel", most=MAX_RANKS),
        expert_tensor_parallel=reader.count("expert_tensor_parallel", most=MAX_RANKS),
        max_batch=reader.count("max_batch", most=1e6),
        prefill_chunk_tokens=reader.count("prefill_chunk_tokens", most=1e7),
        memory_fraction=reader.number("memory_fraction", least=0.01, most=1.0),
    )
    raise_if_any(errors)
    return request
