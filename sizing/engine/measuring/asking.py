"""What an answer would ask of attached devices."""

from collections.abc import Collection, Iterator, Sequence

from attrs import frozen

from sizing.engine.calibration import Calibration
from sizing.engine.devices import calibrated_rates
from sizing.engine.gemm import product_roofline
from sizing.engine.measuring.narrowing import product_spread
from sizing.engine.measuring.shares import Share, product_shares
from sizing.engine.measuring.worth import (
    TIMED_FORMATS,
    Candidate,
    best_of,
    merged,
    with_fewer_rows,
)
from sizing.engine.plan import parse_plan
from sizing.engine.search.finalist import Finalist
from sizing.engine.search.recommendations import Recommendations
from sizing.engine.serving.run import run_load
from sizing.engine.serving.situation import situation_of
from sizing.engine.workload import Gemm, LlmInference, Workload

FIGURES = ("ttft_ms", "tpot_ms")
"""Between them they hold every step that any figure of served models rests on."""


@frozen(kw_only=True)
class Question:
    """Products to time on a device of one variant, best first."""

    accelerator: str
    products: tuple[Candidate, ...]

    @property
    def cost_s(self) -> float:
        """Seconds that the device will be at work, about."""
        return sum(product.cost_s for product in self.products)


def questions(
    workload: Workload,
    answer: Recommendations,
    calibration: Calibration,
    attached: Collection[str],
    budget_s: float,
) -> list[Question]:
    """What would narrow an answer most, by variant; nothing for variants without a device.

    Args:
        workload: as asked.
        attached: slugs of the variants that a device on line belongs to.
        budget_s: seconds that each device may be asked for.
    """
    found = []
    for finalist in _best_ranked(answer, attached):
        candidates = list(_candidates(workload, finalist, calibration))
        chosen = best_of(merged(map(with_fewer_rows, candidates)), budget_s)
        if chosen:
            slug = finalist.supply.system.accelerator.slug
            found.append(Question(accelerator=slug, products=tuple(chosen)))
    return found


def _best_ranked(answer: Recommendations, attached: Collection[str]) -> Sequence[Finalist]:
    """The first recommendation of each attached variant."""
    first: dict[str, Finalist] = {}
    for item in answer.recommendations:
        slug = item.finalist.supply.system.accelerator.slug
        if slug in attached:
            first.setdefault(slug, item.finalist)
    return list(first.values())


def _candidates(
    workload: Workload, finalist: Finalist, calibration: Calibration
) -> Iterator[Candidate]:
    if isinstance(workload, Gemm):
        yield from _the_product(workload, finalist, calibration)
        return
    accelerator = finalist.supply.system.accelerator
    device = calibration.device(accelerator)
    level = calibration.level(accelerator)
    for figure, share in _shares(workload, finalist, calibration):
        if share.dtype not in TIMED_FORMATS or (
            device and device.timed(share.rows, share.n, share.k, share.dtype)
        ):
            continue
        yield Candidate(
            m=share.rows,
            n=share.n,
            k=share.k,
            dtype=share.dtype,
            share=share.share,
            spread=product_spread(level, accelerator.family, share.dtype, device),
            seconds=share.seconds,
            part=share.part,
            figures=(figure,),
        )


def _shares(
    workload: LlmInference, finalist: Finalist, calibration: Calibration
) -> Iterator[tuple[str, Share]]:
    deployment = finalist.supply.deployment(finalist.count)
    plan = parse_plan(finalist.estimate.plan)
    situation = situation_of(workload, deployment, plan)
    accelerator = deployment.accelerator
    device = calibration.device(accelerator)
    rates = calibrated_rates(accelerator, situation.setting, calibration, device)
    outcome = run_load(situation, rates)
    for figure in FIGURES:
        for share in product_shares(outcome, figure):
            yield figure, share


def _the_product(
    workload: Gemm, finalist: Finalist, calibration: Calibration
) -> Iterator[Candidate]:
    accelerator = finalist.supply.system.accelerator
    device = calibration.device(accelerator)
    m, n, k = workload.m, workload.n, workload.k
    dtype = product_roofline(workload, finalist.supply.deployment(1), calibration).dtype
    if dtype not in TIMED_FORMATS or (device and device.timed(m, n, k, dtype)):
        return
    yield Candidate(
        m=m,
        n=n,
        k=k,
        dtype=dtype,
        share=1.0,
        spread=product_spread(calibration.level(accelerator), accelerator.family, dtype, device),
        seconds=finalist.estimate.metrics["latency_ms"].value * 1e-3,
        part="gemm",
        figures=("latency_ms",),
    )
