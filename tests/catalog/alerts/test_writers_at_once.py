"""What writers at the same time must not bring about, where a database has several.

PostgreSQL hands out numbers before it commits: no cursor may pass a row on its way.
"""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from catalog.alerts import horizon, making
from catalog.models import Alert, Offer, OfferObservation

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="other databases have one writer at a time"
    ),
]


def observe(mark):
    offer = Offer.objects.get()
    OfferObservation.objects.create(
        offer=offer, amount=1, currency="USD", source=offer.source, fingerprint=mark
    )


def test_the_horizon_waits_for_a_writer_that_took_a_lower_number(data, monkeypatch):
    data.load()
    monkeypatch.setattr(horizon, "LONGEST_WAIT_MS", 200)
    written, finish = threading.Event(), threading.Event()

    def slow_import():
        with transaction.atomic():
            observe("slow")
            written.set()
            finish.wait(10)
        connection.close()

    thread = threading.Thread(target=slow_import)
    thread.start()
    written.wait(10)
    observe("quick")
    quick = OfferObservation.objects.get(fingerprint="quick").pk
    with pytest.raises(OperationalError), transaction.atomic():
        horizon.settled()
    finish.set()
    thread.join()
    with transaction.atomic():
        assert horizon.settled().observation == quick
    assert OfferObservation.objects.get(fingerprint="slow").pk < quick


def test_two_who_ask_for_the_last_alert_of_a_mailbox_get_one(data, monkeypatch):
    data.load()
    monkeypatch.setattr(making, "PER_DESTINATION", 1)
    ready = threading.Barrier(4)

    def ask():
        ready.wait(10)
        making.make(making.Asked(email="ada@example.org"))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Alert.objects.count() == 1
