"""Addresses of pages, resolved once each: a list has hundreds, mostly the same ones."""

from functools import lru_cache

from django.urls import get_script_prefix, reverse

MOST_KEPT = 8192


def address(name: str, key: object) -> str:
    """The path of the page of one row.

    Raises:
        NoReverseMatch: no page has this name, or none takes such a key.
    """
    prefix = get_script_prefix()
    if isinstance(key, int):
        head, tail = _around_number(name, prefix)
        return f"{head}{key}{tail}"
    return _resolved(name, str(key), prefix)


def with_query(name: str, query: str) -> str:
    """The path of a list or feed, narrowed by filters if there are any."""
    return f"{reverse(name)}?{query}" if query else reverse(name)


@lru_cache(MOST_KEPT)
def _resolved(name: str, key: str, _prefix: str) -> str:
    # `reverse` depends on the prefix, so it is part of what the answer is kept by.
    return reverse(name, args=[key])


@lru_cache(64)
def _around_number(name: str, _prefix: str) -> tuple[str, str]:
    """What stands before and after the number of a row: numbers need no quoting."""
    head, _, tail = reverse(name, args=[0]).rpartition("0")
    return head, tail
