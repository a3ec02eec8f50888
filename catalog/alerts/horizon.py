"""Up to which observation everything is known."""

from django.db import connection
from django.db.models import Max

from catalog.models import OfferObservation

LONGEST_WAIT_MS = 2000
OBSERVATIONS = "catalog_offerobservation"


def newest() -> int:
    """Number of the newest observation; one with a lower number may still be on its way."""
    return OfferObservation.objects.aggregate(last=Max("pk"))["last"] or 0


def settled() -> int:
    """Number of the newest observation, after everybody who was writing one has finished.

    PostgreSQL hands out numbers before a transaction commits, so an import may put lower numbers
    behind a cursor that has passed them. A shared lock waits for such writers and keeps new ones
    out until the end of the transaction. SQLite has one writer at a time: this very transaction.

    Raises:
        OperationalError: somebody writes for longer than is worth waiting; ask again later.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LONGEST_WAIT_MS}ms'")
            cursor.execute(f"LOCK TABLE {OBSERVATIONS} IN SHARE MODE")
    return newest()
