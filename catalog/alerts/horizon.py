"""Up to where everything is known."""

from attrs import frozen
from django.db import connection
from django.db.models import Max

from catalog.models import OfferObservation, RowChange

LONGEST_WAIT_MS = 2000
TABLES = "catalog_offerobservation, catalog_rowchange"


@frozen
class Horizon:
    """Numbers of the newest observation and of the newest change of a row."""

    observation: int
    change: int


def newest() -> Horizon:
    """What there is now; rows with lower numbers may still be on their way."""
    observation = OfferObservation.objects.aggregate(last=Max("pk"))["last"]
    change = RowChange.objects.aggregate(last=Max("pk"))["last"]
    return Horizon(observation or 0, change or 0)


def settled() -> Horizon:
    """What there is after everybody who was writing has finished.

    PostgreSQL hands out numbers before a transaction commits, so an import may put lower numbers
    behind a cursor that has passed them. A shared lock waits for such writers and keeps new ones
    out until the end of the transaction. SQLite has one writer at a time: this very transaction.

    Raises:
        OperationalError: somebody writes for longer than is worth waiting; ask again later.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LONGEST_WAIT_MS}ms'")
            cursor.execute(f"LOCK TABLE {TABLES} IN SHARE MODE")
    return newest()
