"""Search that knows aliases: every word of the query must occur, in any order or spelling."""

from django.db.models import Q, QuerySet

from catalog.models import Accelerator, AcceleratorAlias
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
    """Rows that hold every word in their columns or in a name of their accelerator."""
    every = Q()
    for word in text.split()[:MOST_WORDS]:
        some = Q()
        for column in columns:
            some |= Q(**{f"{column}__icontains": word})
        if accelerator:
            some |= Q(**{f"{accelerator}__in": _accelerators_with(word)})
        every &= some
    if accelerator:
        every |= Q(**{f"{accelerator}__in": accelerators_named(text)})
    return every


def _accelerators_with(word: str) -> QuerySet:
    """Primary keys of the variants that one word of a longer search may mean."""
    # Makers are not part of an alias key, so a word like "nvidia" is looked up in the name.
    called = AcceleratorAlias.objects.filter(key__icontains=word).values("accelerator_id")
    named = Q(name__icontains=word) | Q(family__icontains=word) | Q(pk__in=called)
    return Accelerator.objects.filter(named).order_by().values("pk")
