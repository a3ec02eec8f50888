import datetime as dt

import pytest
from django.http import QueryDict
from django.utils import timezone

from catalog.filtersets import OfferFilterSet
from catalog.index import newest
from catalog.index.finding import ask
from catalog.index.newest import newest_observations
from catalog.models import Offer, OfferObservation
from tests.catalog.crowded import crowd
from tests.catalog.data_folder import OFFER


def asked(query):
    filterset = OfferFilterSet(QueryDict(query), queryset=Offer.objects.all())
    assert filterset.form.is_valid()
    return ask(filterset)


def test_many_offers_are_looked_through_newest_first_and_few_are_asked_for(data, monkeypatch):
    data.load()
    crowd(60, [Offer])
    by_key = newest_observations(asked("region=region+3"), 5)
    monkeypatch.setattr(newest, "FEW", 4)
    assert newest_observations(asked("region=region+3"), 5) == by_key
    fitting = OfferObservation.objects.filter(offer__region="region 3")
    assert by_key == list(fitting.order_by("-recorded_at", "-pk")[:5])


def test_fewer_prices_than_asked_for_are_all_of_them(data, monkeypatch):
    data.load()
    crowd(30, [Offer])
    monkeypatch.setattr(newest, "FEW", 2)
    found = newest_observations(asked("region=region+3"), 500)
    assert len(found) == OfferObservation.objects.filter(offer__region="region 3").count()


@pytest.mark.parametrize("few", [1, 500])
def test_a_price_outside_the_range_is_no_entry_though_its_offer_fits_now(data, monkeypatch, few):
    there = OFFER | {"region": "south", "amount": "16"}
    data.offers = [OFFER | {"amount": "40"}, there]
    data.load()
    data.offers = [OFFER | {"amount": "16", "observed_on": "2026-02-03"}, there]
    data.load()
    monkeypatch.setattr(newest, "FEW", few)
    found = newest_observations(asked("amount_per_accelerator_max=3"), 5)
    assert [seen.amount for seen in found] == [16, 16]


def test_a_price_of_another_age_is_no_entry(data):
    today = timezone.localdate()
    data.offers = [OFFER | {"observed_on": f"{today - dt.timedelta(days=200)}"}]
    data.load()
    data.offers = [OFFER | {"observed_on": f"{today}", "amount": "16"}]
    data.load()
    assert [seen.amount for seen in newest_observations(asked("freshness=fresh"), 5)] == [16]
