"""News in words: lines of a mail."""

from collections.abc import Iterator
from decimal import Decimal

from catalog.alerts.links import absolute
from catalog.alerts.news import Digest
from catalog.alerts.rows import BACK, CHANGED, NEW, STALE, WITHDRAWN, Row
from catalog.freshness import FRESH_DAYS
from catalog.models import Alert, Offer

HEADS = {
    NEW: "New: ",
    CHANGED: "",
    BACK: "On offer again: ",
    WITHDRAWN: "Withdrawn: ",
    STALE: f"Not seen for {FRESH_DAYS} days: ",
}
UNITS = dict(Offer.Unit.choices)
PRICINGS = dict(Offer.Pricing.choices)


def subject(alert: Alert, digest: Digest) -> str:
    """What the one piece of news is, or how many there are."""
    if digest.total != 1:
        return f"{digest.total:,} changes of offers: {alert.name}"
    row = digest.rows[0]
    return f"{HEADS[row['kind']]}{_name(row)}: {_each(row)} per accelerator"


def plain(text: str) -> str:
    """Text on one line, as a header needs it."""
    return " ".join(text.split())


def lines_of(row: Row) -> Iterator[str]:
    """One offer: what it is, what it cost and costs, when and where that was seen."""
    region = row["region"] and f"region {row['region']}"
    parts = (_name(row), PRICINGS[row["pricing"]], region)
    yield f"{HEADS[row['kind']]}{', '.join(filter(None, parts))}"
    yield f"  {_each(row)} per {row['accelerator_name']}"
    if row["accelerator_count"] != 1:
        yield f"  {_money(row, 'amount')} for {row['accelerator_count']:g} together"
    yield f"  {_seen(row)}; source: {plain(row['source'])}"
    yield f"  {absolute(row['url'])}"


def _name(row: Row) -> str:
    return f"{row['system']} at {row['provider']}"


def _each(row: Row) -> str:
    return f"{_money(row, 'amount_per_accelerator')} {UNITS[row['unit']]}"


def _money(row: Row, field: str) -> str:
    now, before = f"{_figure(row[field])} {row['currency']}", row["before"]
    if before is None:
        return now
    old = _figure(before[field])
    other = "" if before["currency"] == row["currency"] else f" {before['currency']}"
    return f"{old}{other} -> {now}"


def _figure(amount: str) -> str:
    figure = Decimal(amount)
    # Two decimals, as people write money, unless that would hide a part of the price.
    return f"{figure:,.2f}" if figure == round(figure, 2) else f"{figure:,f}"


def _seen(row: Row) -> str:
    if row["kind"] == STALE:
        return f"Seen on {row['observed_on']} for the last time, so it may not be on offer any more"
    if not row["observed_on"]:
        return "Seen on no known day"
    age = "" if row["freshness"] == "fresh" else f" ({row['freshness']})"
    return f"Seen on {row['observed_on']}{age}"
