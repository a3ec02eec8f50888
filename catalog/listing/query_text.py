"""The query of an address as text, with some of its parameters left out.

A page of a list leads to hundreds of addresses that differ in one parameter.
"""

from functools import lru_cache
from urllib.parse import urlencode

from django.http import QueryDict

Lists = tuple[tuple[str, tuple[str, ...]], ...]


def without(query: QueryDict, *names: str) -> str:
    """The query without these parameters, encoded as it was given; empty when nothing is left."""
    given = tuple((name, tuple(values)) for name, values in query.lists())
    return "&".join([text for name, text in _encoded(given) if name not in names])


@lru_cache(64)
def _encoded(given: Lists) -> tuple[tuple[str, str], ...]:
    return tuple((name, urlencode({name: value})) for name, values in given for value in values)
