"""Price schedules: the seconds of their steps and what those are made of."""

import numpy as np
from attrs import frozen

from sizing.engine.operations import Collectives, Operations, Step
from sizing.engine.pricing import PricedStep, price_step
from sizing.engine.rates import Rates
from sizing.engine.serving.metrics import stages_at_once
from sizing.engine.serving.rows import lower_workload
from sizing.engine.serving.scores import with_score_traffic
from sizing.engine.serving.situation import Situation


@frozen(kw_only=True, eq=False, repr=False)
class PricedSteps:
    """Steps of one situation with their work and their price."""

    step: Step
    operations: Operations
    collectives: Collectives
    price: PricedStep


def price_steps_of(situation: Situation, step: Step, rates: Rates) -> PricedSteps:
    """Lower and price some steps of one situation.

    Args:
        rates: of one point, shared by every step.
    """
    operations, collectives = lower_workload(
        situation.workload, situation.formats, situation.layout, step
    )
    operations = with_score_traffic(
        operations, situation.workload.model, situation.runtime.score_bytes
    )
    price = price_step(
        operations,
        collectives,
        step,
        rates,
        per_node=np.array([float(situation.deployment.per_node)]),
        overlaps_host=situation.runtime.overlaps_host,
        busy_stages=float(stages_at_once(situation)),
    )
    return PricedSteps(step=step, operations=operations, collectives=collectives, price=price)
