"""Facets as a page shows them: links that set one filter and keep the rest of the URL."""

from typing import Any

from attrs import frozen
from django.http import QueryDict

from catalog.facets.counting import Counts
from catalog.facets.facet import Facet

SHOWN = 6
"""Choices that stand open; the rest is folded."""


@frozen(kw_only=True)
class Choice:
    """One choice: `query` sets it, or takes it away when it is chosen."""

    text: str
    count: int
    query: str
    chosen: bool


@frozen(kw_only=True)
class FacetLinks:
    """The choices of one facet, the chosen one first."""

    label: str
    choices: list[Choice]

    @property
    def open(self) -> list[Choice]:
        """What stands on the page."""
        return self.choices[:SHOWN]

    @property
    def folded(self) -> list[Choice]:
        """What is behind "more"."""
        return self.choices[SHOWN:]


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
    choices = [_choice(facet, *labels[value], counted[value], query) for value in values]
    choices.sort(key=lambda choice: not choice.chosen)
    given = str(query.get(facet.name, ""))
    if given and facet.params == (facet.name,) and not _is_among(choices):
        choices.insert(0, _choice(facet, given, given, 0, query))
    return FacetLinks(label=facet.label, choices=choices)


def _is_among(choices: list[Choice]) -> bool:
    return any(choice.chosen for choice in choices)


def _choice(facet: Facet, code: str, text: str, count: int, query: QueryDict) -> Choice:
    chosen = all(_same(query.get(param, ""), code) for param in facet.params)
    target = query.copy()
    target.pop("page", None)
    for param in facet.params:
        target.pop(param, None)
        if not chosen:
            target[param] = code
    return Choice(text=text, count=count, query=f"?{target.urlencode()}", chosen=chosen)


def _same(given: str, code: str) -> bool:
    try:
        return float(given) == float(code)
    except ValueError:
        return given == code
