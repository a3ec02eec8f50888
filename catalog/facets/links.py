"""Facets as a page shows them: links that set one filter and keep the rest of the URL."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from attrs import frozen
from django.http import QueryDict
from django.utils.safestring import SafeString

from catalog.facets.choices import Choice, draw
from catalog.facets.counting import Counts
from catalog.facets.facet import Facet

SHOWN = 6
"""Choices that stand open; the rest is folded."""


@frozen(kw_only=True)
class FacetLinks:
    """The choices of one facet, the chosen one first."""

    label: str
    choices: list[Choice]

    @property
    def open(self) -> SafeString:
        """What stands on the page."""
        return draw(self.choices[:SHOWN])

    @property
    def folded_count(self) -> int:
        """How many choices are behind "more"."""
        return max(len(self.choices) - SHOWN, 0)

    @property
    def folded(self) -> SafeString:
        """What is behind "more"."""
        return draw(self.choices[SHOWN:])


def facet_links(facets: list[Facet], counts: Counts, query: QueryDict) -> list[FacetLinks]:
    """Facets that offer a choice, or have one taken."""
    shown = (_links(facet, counts.by_facet[facet.name], query) for facet in facets)
    return [links for links in shown if len(links.choices) > 1 or _is_among(links.choices)]


def _links(facet: Facet, counted: dict[Any, int], query: QueryDict) -> FacetLinks:
    labels = facet.labels(counted)
    values = [value for value in counted if value in labels]
    values.sort(key=lambda value: (-counted[value], labels[value][1]))
    if facet.by_value:
        values = [*sorted(values[:SHOWN]), *sorted(values[SHOWN:])]
    link = _Link(facet, query)
    choices = [link.choice(*labels[value], counted[value]) for value in values]
    choices.sort(key=lambda choice: not choice.chosen)
    given = str(query.get(facet.name, ""))
    if given and facet.params == (facet.name,) and not _is_among(choices):
        choices.insert(0, link.choice(given, given, 0))
    return FacetLinks(label=facet.label, choices=choices)


def _is_among(choices: list[Choice]) -> bool:
    return any(choice.chosen for choice in choices)


class _Link:
    """Makes the choices of one facet; what the address keeps is encoded once for all."""

    def __init__(self, facet: Facet, query: QueryDict) -> None:
        kept = query.copy()
        kept.pop("page", None)
        self._params = facet.params
        self._given = [str(query.get(param, "")) for param in facet.params]
        for param in facet.params:
            kept.pop(param, None)
        self._kept = kept.urlencode()

    def choice(self, code: str, text: str, count: int) -> Choice:
        """The choice of one code."""
        chosen = all(given and _same(given, code) for given in self._given)
        own = "" if chosen else _pairs(self._params, code)
        query = f"?{self._kept}&{own}" if self._kept and own else f"?{self._kept}{own}"
        return Choice(text=text, count=count, query=query, chosen=chosen)


@lru_cache(4096)
def _pairs(params: tuple[str, ...], code: str) -> str:
    return urlencode([(param, code) for param in params])


def _same(given: str, code: str) -> bool:
    try:
        return float(given) == float(code)
    except ValueError:
        return given == code
