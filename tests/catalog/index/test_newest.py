from django.http import QueryDict

from catalog.filtersets import OfferFilterSet
from catalog.index import newest
from catalog.index.finding import ask
from catalog.index.newest import newest_observations
from catalog.models import Offer, OfferObservation
from tests.catalog.crowded import crowd


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
