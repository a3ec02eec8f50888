"""Prices grow stale with the days, while the catalog has no new revision."""

import datetime as dt

import pytest
from django.utils import timezone

from catalog.models import Offer
from sizing import fleet
from sizing.services.sizings import size
from tests.sizing.services.test_past_day import REQUEST, as_of, costs, seen

FIRST_SEEN = dt.date(2026, 11, 1)


@pytest.fixture
def today(monkeypatch):
    def turn(days):
        day = FIRST_SEEN + dt.timedelta(days=days)
        monkeypatch.setattr(timezone, "localdate", lambda: day)

    turn(10)
    return turn


@pytest.fixture
def later_and_dearer(catalog):
    offer = Offer.objects.get(slug="acme-h100-1")
    offer.pk, offer.slug, offer.amount = None, "acme-h100-1-again", "3.00"
    offer.observed_on = FIRST_SEEN + dt.timedelta(days=9)
    offer.save()


def test_a_price_that_grew_stale_no_longer_sets_the_cost(later_and_dearer, today):
    assert costs(REQUEST)["acme-h100-1"] == 2.5
    today(95)
    assert costs(REQUEST)["acme-h100-1"] == 3


def test_an_answer_is_found_again_on_the_same_day_alone(catalog, today):
    first = size(REQUEST).sizing.answer
    assert size(REQUEST).sizing.answer == first
    today(11)
    assert size(REQUEST).sizing.answer != first


def test_the_answer_for_a_past_day_is_found_again_on_a_later_one(catalog, today):
    seen("acme-h100-1", "9.00", "2026-03-01")
    first = size(as_of("2026-05-01")).sizing.answer
    today(11)
    assert size(as_of("2026-05-01")).sizing.answer == first


def test_systems_are_read_once_a_day(catalog, today):
    revision = fleet.current_revision()
    first = fleet.systems(revision)
    assert fleet.systems(revision) is first
    today(11)
    assert fleet.systems(revision) is not first
