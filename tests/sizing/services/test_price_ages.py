"""Prices grow stale with the days, and a revision of the catalog says when."""

import datetime as dt

import pytest
from django.utils import timezone

from catalog.models import CatalogRevision, Offer
from sizing.services.sizings import size
from tests.sizing.services.test_past_day import REQUEST, as_of, costs, seen

FIRST_SEEN = dt.date(2026, 11, 1)


@pytest.fixture
def today(catalog, monkeypatch):
    def turn(days):
        day = FIRST_SEEN + dt.timedelta(days=days)
        monkeypatch.setattr(timezone, "localdate", lambda: day)

    turn(10)
    date_newest_revision()
    return turn


def date_newest_revision():
    """Give it the day of the test."""
    noon = dt.datetime.combine(timezone.localdate(), dt.time(12), dt.UTC)
    CatalogRevision.objects.filter(pk=CatalogRevision.objects.first().pk).update(created_at=noon)


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


def test_an_answer_stays_for_its_revision_while_no_price_passes_to_another_age(catalog, today):
    first = size(REQUEST).sizing.answer
    today(60)
    assert size(REQUEST).sizing.answer == first


def test_prices_that_pass_to_another_age_make_one_revision(catalog, today):
    first, before = size(REQUEST).sizing.answer, CatalogRevision.objects.count()
    today(95)
    second = size(REQUEST).sizing.answer
    assert CatalogRevision.objects.count() == before + 1
    assert second.catalog_revision != first.catalog_revision
    date_newest_revision()
    today(96)
    size(REQUEST)
    assert CatalogRevision.objects.count() == before + 1


def test_the_answer_for_a_past_day_is_found_again_on_a_later_one(catalog, today):
    seen("acme-h100-1", "9.00", "2026-03-01")
    first = size(as_of("2026-05-01")).sizing.answer
    today(11)
    assert size(as_of("2026-05-01")).sizing.answer == first
