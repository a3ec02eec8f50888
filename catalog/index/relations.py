"""Rows that offers refer to, kept with the index: a page shows the same few again and again."""

from typing import Any

from django.db.models import Model

from catalog.index.offer_index import OfferIndex, related_model
from catalog.models import Offer

SHOWN = ("provider", "accelerator", "instance", "server", "source")
"""All but the host, which changes without a new revision of the catalog."""

MOST_KEPT = 2000
"""Rows of one table; a larger one is forgotten and read again."""


def with_relations(offers: list[Offer], index: OfferIndex) -> list[Offer]:
    """The same offers, with what they refer to."""
    for name in SHOWN:
        field: Any = Offer._meta.get_field(name)  # noqa: SLF001 - documented
        bare = [row for row in offers if not field.is_cached(row)]
        rows = _rows(index, name, {getattr(row, field.attname) for row in bare})
        for offer in bare:
            field.set_cached_value(offer, rows.get(getattr(offer, field.attname)))
    return offers


def _rows(index: OfferIndex, name: str, wanted: set[int | None]) -> dict[int | None, Model]:
    kept = index.relations.get(name)
    if kept is None:
        kept = index.relations[name] = _whole_if_small(related_model(name))
    missing = wanted - kept.keys() - {None}
    if not missing:
        return kept
    found = related_model(name)._default_manager.in_bulk(list(missing))  # noqa: SLF001
    if len(kept) + len(found) > MOST_KEPT:
        # Others may be reading the old one, so it is replaced and not emptied.
        kept = {key: row for key, row in kept.items() if key in wanted}
    kept = kept | found
    index.relations[name] = kept
    return kept


def _whole_if_small(model: type[Model]) -> dict[int | None, Model]:
    """Every row: a page would ask for a few of them, and the next one for a few others."""
    rows = list(model._default_manager.all()[: MOST_KEPT + 1])  # noqa: SLF001 - documented
    return {row.pk: row for row in rows} if len(rows) <= MOST_KEPT else {}
