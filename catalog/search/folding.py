"""Texts without regard to case, in the way of the database in use."""

from functools import lru_cache

from django.db import connection

_ASCII_CASE = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


@lru_cache(8192)
def folded(text: str) -> str:
    """Equal for texts that `icontains` takes for the same: SQLite knows only the case of ASCII."""
    if connection.vendor == "sqlite":
        return text.translate(_ASCII_CASE)
    return text.upper()
