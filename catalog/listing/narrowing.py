"""The part of a list's address that narrows it, without what only shows it otherwise."""

from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from catalog.listing.column_choice import PARAM

BESIDE_FILTERS = ("page", "ordering", "format", PARAM)


def filters_of(query: QueryDict) -> QueryDict:
    """The parameters that narrow a list, without those that only show it otherwise."""
    kept = query.copy()
    for name in [name for name in kept if name in BESIDE_FILTERS or not any(kept.getlist(name))]:
        kept.pop(name)
    return kept


def pairs_of(query: QueryDict) -> list[tuple[str, str]]:
    """Each parameter once with all its values, for people."""
    return [(name, ", ".join(values)) for name, values in query.lists() if any(values)]


def new_alert_url(query: QueryDict, **more: str) -> str:
    """Where one asks to be told of changes of the offers on this list."""
    asked = {"query": filters_of(query).urlencode(), **more}
    return f"{reverse('catalog:new-alert')}?{urlencode(asked)}"
