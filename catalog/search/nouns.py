"""What one search looks through: a noun finds its rows and knows the words they are called by."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from attrs import frozen
from django.conf import settings
from django.db.models import Count, QuerySet, Window
from django.utils.module_loading import import_string

from catalog.filtersets.base import CatalogFilterSet

MOST_HITS = 6
"""Hits shown of each noun; its list has the rest."""


@frozen(kw_only=True)
class Hit:
    """One row that was found."""

    title: str
    url: str
    detail: str = ""


@frozen(kw_only=True)
class Found:
    """What one noun has: how many rows in all, and the first of them."""

    count: int
    hits: tuple[Hit, ...]


def first_hits(rows: QuerySet[Any], hit: Callable[[Any], Hit]) -> Found:
    """The first rows and how many there are, in one query."""
    first = list(rows.annotate(number_of_all=Window(Count("pk")))[:MOST_HITS])
    count = first[0].number_of_all if first else 0
    return Found(count=count, hits=tuple(map(hit, first)))


def called(filterset_class: type[CatalogFilterSet], rows: QuerySet[Any], text: str) -> QuerySet:
    """Rows that the search of their list finds, without the form of the list."""
    return filterset_class(queryset=rows).by_text(rows, "search", text)


@frozen(kw_only=True)
class Noun:
    """One kind of thing that can be searched.

    Attributes:
        name: as in addresses, such as "servers".
        url: path of the list, which takes the text as `search`.
        api_url: path of the same list in the API.
        find: rows for a text; asks the database a fixed number of times.
        words: everything its rows are called, to correct typing errors by.
    """

    name: str
    title: str
    url: str
    api_url: str
    find: Callable[[str], Found]
    words: Callable[[], Iterable[str]]


def nouns() -> Sequence[Noun]:
    """The nouns that the settings name, in the order of the page."""
    return [import_string(path) for path in settings.SEARCH_NOUNS]
