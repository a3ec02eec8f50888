"""How many rows each choice of a facet would leave, counted on the index."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from attrs import frozen

from catalog.facets.counting import Counts
from catalog.facets.facet import Facet
from catalog.index.finding import Question
from catalog.index.grouping import grouping
from catalog.index.keeping import current_index
from catalog.index.vectors import Coded

MOST_KEPT = 200
"""Questions whose counts are kept: all pages of one list have the same."""


def count(question: Question, facets: Sequence[Facet]) -> Counts:
    """As `catalog.facets.counting.count`, once for each question."""
    if question.name is None:
        return _count(question, facets)
    kept = question.index.counts
    if question.name not in kept:
        while len(kept) >= MOST_KEPT:
            kept.pop(next(iter(kept)), None)
        kept[question.name] = _count(question, facets)
    counts: Counts = kept[question.name]
    return counts


def _count(question: Question, facets: Sequence[Facet]) -> Counts:
    left = np.flatnonzero(question.left())
    groupings = {facet.name: grouping(facet, question.index) for facet in facets}
    by_facet: dict[str, Counter] = {}
    for name, groups in groupings.items():
        is_chosen = name in question.masks
        rows = np.flatnonzero(question.left(but=name)) if is_chosen else left
        by_facet[name] = Counter(groups.column.counted(rows))
    labels = {name: groups.labels for name, groups in groupings.items()}
    return Counts(by_facet=by_facet, labels=labels, total=len(left))


@frozen(kw_only=True)
class Variant:
    """How many offers of one accelerator an answer has, and of how many providers."""

    key: int
    count: int
    providers: int


def by_variant(question: Question) -> list[Variant]:
    """The accelerators of an answer, in no order."""
    left, index = question.left(), question.index
    variants, providers = index.keys_of("accelerator"), index.keys_of("provider")
    many = max(len(providers.values), 1)
    pairs = np.unique(variants.codes[left].astype(np.int64) * many + providers.codes[left])
    providers_of = np.bincount(pairs // many, minlength=len(variants.values)).tolist()
    numbers = variants.counted(np.flatnonzero(left))
    return [
        Variant(key=key, count=numbers[key], providers=providers_of[code])
        for code, key in enumerate(variants.values)
        if key in numbers
    ]


def offers_by(name: str) -> dict[int, int]:
    """How many offers of any status refer to each row of another noun, by primary key."""
    index = current_index()
    if name not in index.numbers:
        counted = index.keys_of(name).counted(np.arange(len(index.keys)))
        index.numbers[name] = {key: number for key, number in counted.items() if key is not None}
    return index.numbers[name]


def values_of(name: str) -> Iterable[str]:
    """Everything that one column of texts holds."""
    column = current_index().column(name)
    return filter(None, column.values) if isinstance(column, Coded) else ()
