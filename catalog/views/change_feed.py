"""The feed of a list of changes, for a feed reader to watch a row, a field or everything."""

import datetime as dt
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from catalog import querysets
from catalog.filtersets import ChangeFilterSet
from catalog.models import RowChange
from catalog.views.list_feed import MOST_ENTRIES, ListFeed, Watched


class ChangeFeed(ListFeed):
    """Changes of rows as they are recorded; takes the filters of the list."""

    noun = "changes"
    list_name = "catalog:changes"
    feed_name = "catalog:change-feed"

    def filterset(self, query: QueryDict) -> ChangeFilterSet:
        return ChangeFilterSet(query, queryset=querysets.changes())

    def subtitle(self, _watched: Watched) -> str:
        return "What changed in the catalog, newest first, with both values."

    def items(self, watched: Watched) -> list[RowChange]:
        return list(watched.filterset.left().order_by("-pk")[:MOST_ENTRIES])

    def item_title(self, item: Any) -> str:
        if not item.field:
            return f"{item.name}: {item.get_what_display()}"
        unit = f" {item.unit}" if item.unit else ""
        return f"{item.name}: {item.field_label} {_said(item.old)} to {_said(item.new)}{unit}"

    def item_description(self, item: Any) -> str:
        parts = (
            item.get_kind_display(),
            f"by {item.get_origin_display()}",
            item.source and f"source: {item.source}",
            f"revision r{item.revision_id}",
        )
        return ", ".join(filter(None, parts)) + "."

    def item_link(self, item: Any) -> str:
        # The part after # makes the address, and with it the entry's id, one of its own.
        return f"{item.get_absolute_url() or reverse('catalog:changes')}#change-{item.pk}"

    def item_updateddate(self, item: Any) -> dt.datetime:
        changed: dt.datetime = item.changed_at
        return changed


def _said(value: str) -> str:
    return value or "unknown"
