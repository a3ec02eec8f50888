"""Counts of a long list, kept until the catalog has a new revision: its key is new then."""

import hashlib
from collections.abc import Sequence

from django.core.cache import cache
from django.http import QueryDict
from django.utils import timezone

from catalog.facets.counting import Counts, count
from catalog.facets.facet import Facet
from catalog.filtersets.base import CatalogFilterSet
from catalog.listing.narrowing import BESIDE_FILTERS
from catalog.selectors import current_revision

KEPT_FOR_S = 3600


def kept_counts(filterset: CatalogFilterSet, facets: Sequence[Facet], query: QueryDict) -> Counts:
    """As `count`; only for nouns that nothing changes without making a revision."""
    revision = current_revision()
    if revision is None:
        return count(filterset, facets)
    state = f"{revision.number}-{revision.created_at.timestamp()}-{timezone.localdate()}"
    key = f"facets-{type(filterset).__name__}-{state}-{_digest(query)}"
    found: Counts | None = cache.get(key)
    if found is None:
        found = count(filterset, facets)
        cache.set(key, found, KEPT_FOR_S)
    return found


def _digest(query: QueryDict) -> str:
    pairs = sorted(
        (name, value)
        for name, values in query.lists()
        for value in values
        if value and name not in BESIDE_FILTERS
    )
    return hashlib.sha256(repr(pairs).encode()).hexdigest()[:32]
