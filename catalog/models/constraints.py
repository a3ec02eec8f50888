"""Check constraints that several nouns share."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q


def positive_or_unknown(table: str, fields: Iterable[str]) -> list[models.CheckConstraint]:
    """One constraint per field: NULL for unknown, else greater than zero."""
    return [
        models.CheckConstraint(
            condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gt": 0}),
            name=f"{table}_{field}_positive",
        )
        for field in fields
    ]
