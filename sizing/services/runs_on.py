"""Every model of the library on one accelerator: does it fit, on how many, and how fast is it."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from attrs import evolve, field, frozen

from catalog.models import LanguageModel
from sizing import fleet
from sizing.engine.answer import Estimate
from sizing.engine.errors import InputError
from sizing.engine.estimate import estimate
from sizing.engine.hardware import Accelerator, Deployment
from sizing.engine.loads import Concurrency
from sizing.engine.models import ModelSpec, parse_config
from sizing.engine.spreading import Spread, spreads_of
from sizing.engine.workload import LlmInference, TokenCount
from sizing.fleet import KnownAccelerator
from sizing.services.answers import Grounds
from sizing.starting_points import starting_point

PRECISIONS = ("bf16", "fp8", "int4")
COUNTS = (1, 2, 4, 8)
USERS = 8
CHAT = starting_point("chat-assistant")


@frozen(kw_only=True)
class ModelOn:
    """One model on one accelerator.

    Attributes:
        spreads: by precision, one for each number of accelerators that a node of it has.
    """

    spec: ModelSpec
    name: str
    slug: str
    spreads: dict[str, tuple[Spread, ...]] = field(eq=False)

    @property
    def parameters_b(self) -> float:
        """All weights in 1e9."""
        return self.spec.parameters / 1e9

    def on(self, precision: str, count: int | None) -> Spread | None:
        """The replica on that many, or on the fewest that it fits; None where it does not fit."""
        found = (spread for spread in self.spreads[precision] if spread.fits)
        return next((spread for spread in found if count in (None, spread.count)), None)


@frozen(kw_only=True)
class RunsOn:
    """What is known of an accelerator before any speed is.

    Attributes:
        counts: numbers of it that some server or instance has.
        unreadable: names of models that the engine cannot read.
    """

    accelerator: Accelerator
    counts: tuple[int, ...]
    models: tuple[ModelOn, ...]
    unreadable: tuple[str, ...]

    def fitting(self, precision: str, count: int) -> int:
        """Models that fit on that many."""
        return sum(model.on(precision, count) is not None for model in self.models)


def chat(model: ModelSpec, precision: str) -> LlmInference:
    """The load that every model is asked for."""
    assert CHAT is not None  # one of the starting points that ship
    return LlmInference(
        model=model,
        weights=precision,
        input_tokens=CHAT.fields["input_tokens"],
        output=TokenCount(mean=CHAT.fields["output_tokens"]),
        load=Concurrency(requests=USERS),
    )


@lru_cache(maxsize=16)
def runs_on(slug: str, grounds: Grounds) -> RunsOn:
    """The memory of every model at every precision on 1, 2, 4 and 8 of an accelerator.

    Raises:
        InputError: the catalog does not know enough of it.
    """
    known = fleet.find_accelerator(grounds.revision, slug)
    places = tuple(_places(known, grounds))
    specs, unreadable = _library(grounds)
    return RunsOn(
        accelerator=known.value,
        counts=tuple(place.count for place in places),
        models=tuple(_model_on(spec, places) for spec in specs),
        unreadable=unreadable,
    )


@lru_cache(maxsize=16)
def estimates_on(
    slug: str, grounds: Grounds, precision: str, count: int | None
) -> dict[str, Estimate]:
    """The chat load on the fewest accelerators that hold each model, or on `count`, by slug."""
    calibration = grounds.calibration
    found = {}
    for model in runs_on(slug, grounds).models:
        spread = model.on(precision, count)
        if spread is not None:
            workload = chat(model.spec, precision)
            plan = {"data_parallel": 1}
            found[model.slug] = estimate(workload, spread.deployment, plan, calibration)
    return found


@lru_cache(maxsize=2)
def _library(grounds: Grounds) -> tuple[tuple[ModelSpec, ...], tuple[str, ...]]:
    """Every model, and the names of those that cannot be read; one query."""
    specs, unreadable = [], []
    for row in LanguageModel.objects.order_by("slug"):
        try:
            specs.append(parse_config(row.config, slug=row.slug, name=row.name))
        except InputError:
            unreadable.append(row.name)
    return tuple(specs), tuple(unreadable)


def _model_on(spec: ModelSpec, places: Sequence[Deployment]) -> ModelOn:
    return ModelOn(
        spec=spec,
        name=spec.name or spec.slug or spec.model_type,
        slug=spec.slug or "",
        spreads={name: spreads_of(chat(spec, name), places) for name in PRECISIONS},
    )


def _places(known: KnownAccelerator, grounds: Grounds) -> Iterator[Deployment]:
    """One accelerator, then as many as some server or instance of the catalog has."""
    alone = Deployment(
        accelerator=known.value,
        count=1,
        per_node=1,
        interconnect="none",
        node_bytes_per_s=known.fabric_bytes_per_s,
    )
    yield alone
    systems = [
        system
        for system in fleet.systems(grounds.revision)
        if system.accelerator.slug == known.value.slug and system.kind != "accelerator"
    ]
    for count in COUNTS[1:]:
        holding = [system for system in systems if system.count >= count]
        if holding:
            smallest = min(holding, key=lambda system: system.count)
            yield evolve(
                alone,
                count=count,
                per_node=smallest.count,
                interconnect=smallest.interconnect,
                node_bytes_per_s=smallest.node_bytes_per_s or known.fabric_bytes_per_s,
            )
