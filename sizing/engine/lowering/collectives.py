"""Messages between accelerators in one step, by what the layout needs."""

import numpy as np

from sizing.engine.dtypes import Formats, bytes_per_element
from sizing.engine.lowering.recipe import recipe_of
from sizing.engine.models.spec import ModelSpec
from sizing.engine.operations import Array, Collective, Collectives, Layout, Step

LOGIT_BYTES = 4


def step_collectives(model: ModelSpec, formats: Formats, layout: Layout, step: Step) -> Collectives:
    """All messages of a step; `count` is 0 at points whose layout does not need them.

    Tensor parallelism sums partial results once per attention and once per feed-forward
    (Shoeybi 2019, Megatron-LM). With attention data parallelism, tokens travel to the experts
    and back (all-to-all, expert parallel) or are gathered and scattered (expert tensor parallel).
    """
    messages = (
        _all_reduce(model, formats, layout, step),
        _logits(model, layout, step),
        *_dispatch(model, formats, layout, step),
        _gather(model, formats, layout, step),
        _hand_over(model, formats, layout, step),
    )
    return tuple(message for message in messages if message.count.any())


def _rows_bytes(model: ModelSpec, formats: Formats, tokens: Array) -> Array:
    return tokens * model.hidden * bytes_per_element(formats.wide)


def _all_reduce(model: ModelSpec, formats: Formats, layout: Layout, step: Step) -> Collective:
    recipe = recipe_of(model)
    together = layout.attention_dp == 1
    count = recipe.reductions + np.where(together, recipe.expert_reductions, 0)
    return Collective(
        part="tensor parallel all-reduce",
        kind="all_reduce",
        bytes=_rows_bytes(model, formats, step.tokens / layout.attention_dp),
        count=np.where((layout.tp > 1) & (step.tokens > 0), count, 0.0),
        ranks=layout.tp,
    )


def _logits(model: ModelSpec, layout: Layout, step: Step) -> Collective:
    rows = step.logits / layout.attention_dp
    return Collective(
        part="logits all-gather",
        kind="all_gather",
        bytes=rows * model.vocab * LOGIT_BYTES,
        count=np.where((layout.tp > 1) & (rows > 0), 1.0, 0.0),
        ranks=layout.tp,
    )


def _dispatch(
    model: ModelSpec, formats: Formats, layout: Layout, step: Step
) -> tuple[Collective, ...]:
    spread = (layout.attention_dp > 1) & (layout.ep > 1) & (step.tokens > 0)
    tokens = step.tokens / layout.ranks
    ep = np.maximum(layout.ep, 1.0)
    messages = []
    for feed, count in recipe_of(model).experts:
        # One copy goes to each rank that holds any chosen expert, not one per expert.
        copies = ep * (1 - np.power(1 - 1 / ep, feed.active))
        rows = tokens * copies * (1 - 1 / ep) * feed.expert_hidden
        for part, width in (
            ("expert dispatch", bytes_per_element(formats.activations)),
            ("expert combine", bytes_per_element(formats.wide)),
        ):
            messages.append(
                Collective(
                    part=part,
                    kind="all_to_all",
                    bytes=rows * width,
                    count=np.where(spread, float(count), 0.0),
                    ranks=layout.ep,
                )
            )
    return tuple(messages)


def _gather(model: ModelSpec, formats: Formats, layout: Layout, step: Step) -> Collective:
    layers = recipe_of(model).expert_reductions
    needed = (layout.attention_dp > 1) & (layout.ep == 1) & (step.tokens > 0)
    return Collective(
        part="expert gather and scatter",
        kind="all_gather",
        bytes=_rows_bytes(model, formats, step.tokens),
        count=np.where(needed, 2.0 * layers, 0.0),
        ranks=layout.ranks,
    )


def _hand_over(model: ModelSpec, formats: Formats, layout: Layout, step: Step) -> Collective:
    tokens = step.tokens / layout.attention_dp
    return Collective(
        part="pipeline hand-over",
        kind="p2p",
        bytes=_rows_bytes(model, formats, tokens),
        count=np.where(step.tokens > 0, layout.pp - 1, 0.0),
        ranks=np.full_like(tokens, 2.0),
    )
