"""Search that knows aliases: every word of the query must occur, in any order or spelling."""

from django.db.models import Q

from catalog.names import words
from catalog.search.called import names

MOST_WORDS = 12
"""More words only cost time; databases also bound how deep a condition may be."""


def accelerators_named(text: str) -> set[int]:
    """Primary keys of the variants with an alias that holds every word."""
    return names().with_alias_of(_telling(text))


def matches(text: str, *columns: str, accelerator: str = "") -> Q:
    """Rows that hold every word in their columns or in a name of their accelerator."""
    every = Q()
    called = names() if accelerator else None
    for word in text.split()[:MOST_WORDS]:
        some = Q()
        for column in columns:
            some |= Q(**{f"{column}__icontains": word})
        if called:
            some |= Q(**{f"{accelerator}__in": called.with_word(word)})
        every &= some
    if called:
        every |= Q(**{f"{accelerator}__in": called.with_alias_of(_telling(text))})
    return every


def _telling(text: str) -> list[str]:
    return (words(text) or [text.lower()])[:MOST_WORDS]
