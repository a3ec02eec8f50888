"""A small market, alerts on it, and a clock that tests turn."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from catalog.alerts import horizon
from catalog.alerts.delivery import send_alerts
from catalog.models import Alert
from tests.catalog.data_folder import OFFER, DataFolder

TODAY = timezone.localdate()
FIRST_DAY = TODAY - dt.timedelta(days=30)
SEEN = OFFER | {"observed_on": FIRST_DAY.isoformat()}
SOUTH = {"region": "south", "amount": "24.00"}


@pytest.fixture(autouse=True)
def _offered(settings):
    settings.MAIL_OFFERED = True


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = DataFolder(tmp_path_factory.mktemp("data"))
    folder.offers = [SEEN, SEEN | SOUTH]
    with django_db_blocker.unblock(), transaction.atomic():
        folder.load()
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def market(loaded, db):
    """Two offers of eight accelerators each: 2.50 in the north, 3.00 in the south."""
    return loaded


@pytest.fixture
def prices(market):
    """Loads prices seen some days after the first ones."""

    def load(*offers, days=1):
        day = (FIRST_DAY + dt.timedelta(days=days)).isoformat()
        market.offers = [SEEN | {"observed_on": day} | offer for offer in offers]
        market.load()

    return load


@pytest.fixture
def make_alert(market):
    """An active alert by mail that knows everything until now."""

    def make(**given):
        newest = horizon.newest()
        usual = {
            "channel": "email",
            "destination": "ada@example.org",
            "name": "Cheap H100",
            "query": "",
            "state": "active",
            "confirmed_at": timezone.now(),
            "greeted_at": timezone.now(),
            "cursor": newest.observation,
            "change_cursor": newest.change,
            "looked_on": TODAY,
        }
        return Alert.objects.create(**usual | given)

    return make


@pytest.fixture
def go_round():
    """One round of sending, some time from now."""

    def go(**later):
        return send_alerts(clock=lambda: timezone.now() + dt.timedelta(**later))

    return go
