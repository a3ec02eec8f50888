"""Choices of one facet as list items: a long list of offers has hundreds of them."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict

from catalog.facets.facet import Facet
from catalog.listing.drawing import escape
from catalog.listing.query_text import without

REMOVE = '<span aria-hidden="true">✕</span> <span class="visually-hidden">Remove </span>'


class Choice(NamedTuple):
    """One choice, drawn, and whether it is taken."""

    item: str
    chosen: bool


class Choices:
    """Draws the choices of one facet; what their addresses share is encoded once for all."""

    def __init__(self, facet: Facet, query: QueryDict) -> None:
        rest = without(query, "page", *facet.params)
        given = [str(query.get(param, "")) for param in facet.params]
        self._params = facet.params
        self._given = given if all(given) else []
        self._without = escape(f"?{rest}")
        self._with = escape(f"?{rest}&" if rest else "?")

    def choice(self, code: str, text: str, count: int) -> Choice:
        """The choice of one code: its link takes it, or drops it when it is taken."""
        if self._given and all(_same(given, code) for given in self._given):
            link = f'<a href="{self._without}" rel="nofollow" aria-current="true">{REMOVE}'
            chosen = True
        else:
            link = f'<a href="{self._with}{_pairs(self._params, code)}" rel="nofollow">'
            chosen = False
        item = f'<li>{link}{escape(text)} <span class="unit">{count:,}</span></a></li>'
        return Choice(item, chosen)


@lru_cache(4096)
def _pairs(params: tuple[str, ...], code: str) -> str:
    return escape(urlencode([(param, code) for param in params]))


def _same(given: str, code: str) -> bool:
    try:
        return float(given) == float(code)
    except ValueError:
        return given == code
