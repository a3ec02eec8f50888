"""Addresses of pages, resolved once each: a list has hundreds, mostly the same ones."""

from functools import lru_cache

from django.urls import get_script_prefix, reverse

MOST_KEPT = 8192


def address(name: str, key: object) -> str:
    """The path of the page of one row.

    Raises:
        NoReverseMatch: no page has this name, or none takes such a key.
    """
    return _resolved(name, str(key), get_script_prefix())


def with_query(name: str, query: str) -> str:
    """The path of a list or feed, narrowed by filters if there are any."""
    return f"{reverse(name)}?{query}" if query else reverse(name)


@lru_cache(MOST_KEPT)
def _resolved(name: str, key: str, _prefix: str) -> str:
    # `reverse` depends on the prefix, so it is part of what the answer is kept by.
    return reverse(name, args=[key])
