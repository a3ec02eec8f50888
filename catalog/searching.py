"""Search that knows aliases: every word of the query must occur, in any order or spelling."""

from django.db.models import Q, QuerySet

from catalog.models import AcceleratorAlias
from catalog.names import words

MOST_WORDS = 12
"""More words only cost time; databases also bound how deep a condition may be."""


def accelerators_named(text: str) -> QuerySet:
    """Primary keys of the variants with an alias that holds every word."""
    aliases = AcceleratorAlias.objects.all()
    for word in (words(text) or [text.lower()])[:MOST_WORDS]:
        aliases = aliases.filter(key__icontains=word)
    return aliases.values("accelerator_id")


def matches(text: str, *columns: str, accelerator: str = "") -> Q:
    """Rows whose columns together hold every word, or whose accelerator is called so."""
    every = Q()
    for word in text.split()[:MOST_WORDS]:
        some = Q()
        for column in columns:
            some |= Q(**{f"{column}__icontains": word})
        every &= some
    if accelerator:
        every |= Q(**{f"{accelerator}__in": accelerators_named(text)})
    return every
