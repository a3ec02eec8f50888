"""The history of one row, for its page and its document."""

from urllib.parse import urlencode

from attrs import frozen
from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from catalog import querysets
from catalog.history.texts import KINDS
from catalog.models import RowChange

SHOWN = 5
BEFORE_RECORDS = "It was in the catalog before changes were recorded."


@frozen(kw_only=True)
class History:
    """What happened to a row.

    Attributes:
        changes: the newest ones.
        more: whether there are others.
        first_seen: since when the catalog knows it, in words.
        url: of the list of all its changes.
    """

    changes: tuple[RowChange, ...]
    more: bool
    first_seen: str
    url: str


def changes_of(row: Model) -> QuerySet[RowChange]:
    """Changes of one row, newest first."""
    return querysets.changes().filter(kind=KINDS[type(row)], slug=_slug(row))


def history_of(row: Model) -> History:
    """The newest changes of a row; two queries."""
    found = list(changes_of(row).exclude(what=RowChange.What.ADDED)[: SHOWN + 1])
    query = urlencode({"kind": KINDS[type(row)], "row": _slug(row)})
    return History(
        changes=tuple(found[:SHOWN]),
        more=len(found) > SHOWN,
        first_seen=_first_seen(row),
        url=f"{reverse('catalog:changes')}?{query}",
    )


def _first_seen(row: Model) -> str:
    """An addition noted for the row itself, else the first load of everything."""
    own = Q(kind=KINDS[type(row)], slug=_slug(row), what=RowChange.What.ADDED)
    everything = Q(kind=RowChange.Kind.CATALOG, what=RowChange.What.FIRST)
    first = RowChange.objects.filter(own | everything).order_by("-pk").first()
    if first is None:
        return BEFORE_RECORDS
    how = (
        "with the first load" if first.what == RowChange.What.FIRST else first.get_origin_display()
    )
    return f"First seen on {first.changed_at:%Y-%m-%d}, revision r{first.revision_id}: {how}."


def _slug(row: Model) -> str:
    return str(row.slug)  # type: ignore[attr-defined]
