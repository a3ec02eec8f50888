"""Language models in the search over everything (named by SEARCH_NOUNS in the settings)."""

from collections.abc import Iterable
from itertools import chain

from django.urls import reverse

from catalog.facts import with_unit
from catalog.models import LanguageModel
from catalog.search.nouns import MOST_HITS, Found, Hit, Noun
from sizing.filtersets import ModelFilterSet


def _find(text: str) -> Found:
    rows = ModelFilterSet({"search": text}, queryset=LanguageModel.objects.all()).qs
    return Found(count=rows.count(), hits=tuple(map(_hit, rows[:MOST_HITS])))


def _hit(row: LanguageModel) -> Hit:
    size = with_unit(row.parameters_b_nominal, "billion parameters")
    return Hit(
        title=row.name,
        url=reverse("sizing:model", args=[row.slug]),
        detail=", ".join(filter(None, (size, row.hf_id))),
    )


def _words() -> Iterable[str]:
    return chain.from_iterable(LanguageModel.objects.values_list("slug", "name"))


MODELS = Noun(
    name="models",
    title="Models",
    url="/models/",
    api_url="/api/v1/models/",
    find=_find,
    words=_words,
)
