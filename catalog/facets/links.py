"""Facets as a page shows them: links that set one filter and keep the rest of the URL."""

from typing import Any

from attrs import frozen
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe

from catalog.facets.choices import Choice, Choices
from catalog.facets.counting import Counts
from catalog.facets.facet import Facet
from catalog.listing.drawing import escape

SHOWN = 6
"""Choices that stand open; the rest is folded."""


@frozen(kw_only=True)
class FacetLinks:
    """The choices of one facet, the chosen one first."""

    label: str
    choices: list[Choice]

    @property
    def drawn(self) -> SafeString:
        """The first choices, and a fold with the others."""
        label, folded = escape(self.label), self.choices[SHOWN:]
        of = f'<span class="visually-hidden"> of {label}</span>'
        more = (
            f"<details><summary>{len(folded)} more{of}</summary>{_listed(folded)}</details>"
            if folded
            else ""
        )
        html = f'<div class="facet"><h2>{label}</h2>{_listed(self.choices[:SHOWN])}{more}</div>'
        return mark_safe(html)  # noqa: S308 - every text in it is escaped


def facet_links(facets: list[Facet], counts: Counts, query: QueryDict) -> list[FacetLinks]:
    """Facets that offer a choice, or have one taken."""
    shown = (_links(facet, counts, query) for facet in facets)
    return [links for links in shown if len(links.choices) > 1 or _is_among(links.choices)]


def _links(facet: Facet, counts: Counts, query: QueryDict) -> FacetLinks:
    counted: dict[Any, int] = counts.by_facet[facet.name]
    known = counts.labels.get(facet.name)
    labels = facet.labels(counted) if known is None else known
    values = [value for value in counted if value in labels]
    values.sort(key=lambda value: (-counted[value], labels[value][1]))
    if facet.by_value:
        values = [*sorted(values[:SHOWN]), *sorted(values[SHOWN:])]
    link = Choices(facet, query)
    choices = [link.choice(*labels[value], counted[value]) for value in values]
    choices.sort(key=lambda choice: not choice.chosen)
    given = str(query.get(facet.name, ""))
    if given and facet.params == (facet.name,) and not _is_among(choices):
        choices.insert(0, link.choice(given, given, 0))
    return FacetLinks(label=facet.label, choices=choices)


def _is_among(choices: list[Choice]) -> bool:
    return any(choice.chosen for choice in choices)


def _listed(choices: list[Choice]) -> str:
    return f"<ul>{''.join(choice.item for choice in choices)}</ul>"
