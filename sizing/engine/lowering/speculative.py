"""A step of a workload: the model's own, and what its draft adds."""

from collections.abc import Sequence

import numpy as np
from attrs import evolve

from sizing.engine.dtypes import Formats
from sizing.engine.lowering.step import lower_step
from sizing.engine.models.spec import ModelSpec
from sizing.engine.operations import Array, Collectives, Layout, Operations, Step
from sizing.engine.speculation import Speculation

Lowered = tuple[Operations, Collectives]


def lower_speculative_step(
    model: ModelSpec,
    speculation: Speculation,
    formats: Formats,
    layout: Layout,
    step: Step,
) -> Lowered:
    """Work of one step in which every decoding sequence verifies its drafts.

    The model computes k + 1 tokens per sequence and reads its cache once; the draft runs k single
    tokens, one after another, and every prompt once. Shapes as in `lower_step`.
    """
    verified = evolve(step, verified=1.0 + speculation.draft_tokens)
    main = lower_step(model, formats, layout, verified)
    if speculation.draft is None:
        return main
    none = np.zeros_like(step.decode_tokens)
    prompts = evolve(step, decode_tokens=none)
    singles = evolve(step, prefill_tokens=np.zeros_like(step.prefill_tokens))
    drafted = lower_step(speculation.draft, formats, layout, singles)
    read = lower_step(speculation.draft, formats, layout, prompts)
    return _joined([main, _repeated(drafted, speculation.draft_tokens), _as_draft(read)])


def _repeated(lowered: Lowered, times: int) -> Lowered:
    operations, messages = _as_draft(lowered)
    return (
        evolve(operations, count=operations.count * times),
        tuple(evolve(message, count=message.count * times) for message in messages),
    )


def _as_draft(lowered: Lowered) -> Lowered:
    operations, messages = lowered
    return (
        evolve(operations, part=tuple(f"draft {part}" for part in operations.part)),
        tuple(evolve(message, part=f"draft {message.part}") for message in messages),
    )


def _joined(parts: Sequence[Lowered]) -> Lowered:
    operations = [operations for operations, _ in parts]

    def column(name: str) -> Array:
        return np.concatenate([getattr(each, name) for each in operations], axis=1)

    joined = Operations(
        part=tuple(part for each in operations for part in each.part),
        kind=tuple(kind for each in operations for kind in each.kind),
        dtype=tuple(dtype for each in operations for dtype in each.dtype),
        flops=column("flops"),
        bytes=column("bytes"),
        count=column("count"),
        n=column("n"),
        joined=column,
    )
    return joined, tuple(message for _, messages in parts for message in messages)
