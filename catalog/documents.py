"""A catalog row as a document: a heading, its facts, what carries and sells it.

Terminal, Markdown pages and whoever else reads without a browser share it.
"""

import datetime as dt
from collections.abc import Iterable

from attrs import frozen
from django.db.models import F, QuerySet

from catalog import querysets
from catalog.as_of.asking import in_words
from catalog.as_of.past import column
from catalog.facts import Fact, facts_of
from catalog.history.listing import changes_of
from catalog.listing import columns
from catalog.listing.tables import Cells, Column
from catalog.models import Accelerator, InstanceType, Offer, RowChange, Server

Row = Accelerator | Server | InstanceType
MOST_ROWS = 10
FACT_HEADS = ("Fact", "Value", "Unit", "Source", "Date")


@frozen(kw_only=True)
class Table:
    """A table of texts; `note` says what it leaves out."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@frozen(kw_only=True)
class Document:
    """A title, a paragraph, and tables."""

    title: str
    summary: str
    tables: tuple[Table, ...]


def document_of(row: Row, *, most_rows: int = MOST_ROWS, as_of: dt.date | None = None) -> Document:
    """Everything a row's page says, as texts; with the prices of a past day if one is given."""
    tables = [_facts(facts_of(row)), *_related(row, most_rows, as_of), _history(row, most_rows)]
    prices = f" Prices as of {in_words(as_of)}." if as_of else ""
    return Document(
        title=str(row),
        summary=f"{_summary(row)}{prices}",
        tables=tuple(table for table in tables if table.rows),
    )


def _summary(row: Row) -> str:
    if isinstance(row, Accelerator):
        names = "; ".join(alias.name for alias in row.aliases.all())
        called = f" Also called: {names}." if names else ""
        return f"{row.vendor.name}. Its name in requests is `{row.slug}`.{called}"
    held = (
        f"{row.accelerator_count} x {row.accelerator.name}" if row.accelerator else "to be chosen"
    )
    return f"Accelerators: {held}. Its name in requests is `{row.slug}`."


def _facts(facts: Iterable[Fact]) -> Table:
    return Table(
        caption="Facts",
        heads=FACT_HEADS,
        rows=tuple(
            (
                f"{fact.label} (disputed)" if fact.disputed else fact.label,
                fact.value,
                fact.unit,
                fact.source_title or "source of the whole row",
                f"{fact.observed_on:%Y-%m-%d}" if fact.observed_on else "unknown",
            )
            for fact in facts
        ),
    )


def _related(row: Row, most: int, as_of: dt.date | None) -> list[Table]:
    offers = querysets.offers(as_of).filter(status=Offer.Status.LIVE)
    seen, price = (column(offers, name) for name in ("observed_on", "amount_per_accelerator"))
    offers = offers.order_by(F(seen).desc(nulls_last=True), price)
    if not isinstance(row, Accelerator):
        key = "server" if isinstance(row, Server) else "instance"
        return [_table("Offers", columns.OFFERS, offers.filter(**{key: row}), most)]
    servers = querysets.servers().filter(accelerator=row)
    instances = querysets.instances().filter(accelerator=row)
    return [
        _table("Servers", columns.SERVERS, servers, most),
        _table("Instance types", columns.INSTANCES, instances, most),
        _table("Offers", columns.OFFERS, offers.filter(accelerator=row), most),
    ]


def _history(row: Row, most: int) -> Table:
    changed = changes_of(row).exclude(what=RowChange.What.ADDED)
    return _table("History", columns.CHANGE, changed, most)


def _table(caption: str, shown: list[Column], rows: QuerySet, most: int) -> Table:
    found, of = list(rows[: most + 1]), Cells(shown).of
    return Table(
        caption=caption,
        heads=tuple(f"{c.label} ({c.unit})" if c.unit else c.label for c in shown),
        rows=tuple(tuple(cell.text for cell in of(row)) for row in found[:most]),
        note=f"The first {most} only." if len(found) > most else "",
    )
