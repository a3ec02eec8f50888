"""What a model's step consists of before any number of tokens is known; cached per model.

Equal parts of different layers are merged, so a model of a hundred layers becomes a handful of
rows.
"""

from collections.abc import Hashable, Iterable, Iterator
from functools import lru_cache
from typing import TypeVar

from attrs import frozen

from sizing.engine.models.layers import Core, FeedForward, Layer, Projection, State
from sizing.engine.models.spec import ModelSpec, layer_projections

T = TypeVar("T", bound=Hashable)
Counted = tuple[tuple[T, int], ...]


@frozen(kw_only=True, eq=False, repr=False)
class Recipe:
    """Distinct parts of a model, each with the number of layers that have it.

    Attributes:
        projections: matrices that all tokens pass, the output head apart.
        prefill_cores, decode_cores: attention kernels.
        states: recurrent states.
        dense, experts: feed-forwards with a dense (or shared) part, and with routed experts.
        norms: normalisations over all layers, the final one included.
        reductions: sums over tensor parallel ranks, expert layers apart.
        expert_reductions: sums at the end of mixture-of-experts layers.
    """

    projections: Counted[Projection]
    prefill_cores: Counted[Core]
    decode_cores: Counted[Core]
    states: Counted[State]
    dense: Counted[FeedForward]
    experts: Counted[FeedForward]
    norms: int
    reductions: int
    expert_reductions: int


@lru_cache(maxsize=1024)
def recipe_of(model: ModelSpec) -> Recipe:
    """The merged parts of a model."""
    pairs = [(group.layer, group.count) for group in model.layers]
    mixers = [(layer.mixer, count) for layer, count in pairs if layer.mixer]
    feeds = [(layer.feed_forward, count) for layer, count in pairs if layer.feed_forward]
    return Recipe(
        projections=_merge(_projections(pairs)),
        prefill_cores=_merge((m.prefill, count) for m, count in mixers if m.prefill),
        decode_cores=_merge((m.decode, count) for m, count in mixers if m.decode),
        states=_merge((m.state, count) for m, count in mixers if m.state),
        dense=_merge((feed, count) for feed, count in feeds if feed.width),
        experts=_merge((feed, count) for feed, count in feeds if feed.experts),
        norms=sum(layer.norms * count for layer, count in pairs) + 1,
        reductions=sum(_reductions(layer) * count for layer, count in pairs),
        expert_reductions=sum(count for feed, count in feeds if feed.experts),
    )


def _merge(items: Iterable[tuple[T, int]]) -> Counted[T]:
    counts: dict[T, int] = {}
    for item, count in items:
        counts[item] = counts.get(item, 0) + count
    return tuple(counts.items())


def _projections(pairs: list[tuple[Layer, int]]) -> Iterator[tuple[Projection, int]]:
    for layer, count in pairs:
        for projection in layer_projections(layer):
            yield projection, count


def _reductions(layer: Layer) -> int:
    dense = layer.feed_forward is not None and not layer.feed_forward.experts
    if layer.parallel and layer.mixer and dense:
        return 1
    return int(layer.mixer is not None) + int(dense)
