import datetime as dt

import pytest

from catalog import querysets
from catalog.models import Offer
from tests.catalog.data_folder import OFFER

MAY = dt.date(2026, 5, 1)


@pytest.fixture
def market(data):
    """One price that moved twice, one that came late, one without a date."""
    data.offers = [
        OFFER | {"region": "moved", "amount": "24.00", "observed_on": "2025-11-20"},
        OFFER | {"region": "moved", "amount": "16.00", "observed_on": "2026-04-30"},
        OFFER | {"region": "moved", "amount": "32.00", "observed_on": "2026-06-01"},
        OFFER | {"region": "late", "amount": "20.00", "observed_on": "2026-05-02"},
        OFFER | {"region": "undated", "amount": "22.00", "observed_on": ""},
    ]
    data.load()
    return data


def then(day=MAY):
    return {offer.region: offer for offer in querysets.offers(day)}


def test_an_offer_shows_the_newest_price_seen_by_the_end_of_the_day(market):
    offer = then()["moved"]
    assert offer.amount == 16
    assert offer.amount_per_accelerator == 2
    assert offer.observed_on == dt.date(2026, 4, 30)


def test_a_price_of_the_day_itself_counts(market):
    assert then(dt.date(2026, 6, 1))["moved"].amount == 32


def test_what_nobody_had_seen_by_then_or_on_no_known_day_is_absent(market):
    assert list(then()) == ["moved"]
    assert set(then(dt.date(2026, 5, 2))) == {"moved", "late"}


def test_the_age_of_a_price_is_counted_from_that_day(market):
    assert then()["moved"].freshness == "fresh"
    assert then(dt.date(2026, 4, 1))["moved"].freshness == "stale"


def test_past_prices_rank_by_the_day_they_were_seen_then_by_price(market):
    rows = querysets.offers(dt.date(2026, 6, 2))
    assert [offer.region for offer in rows] == ["moved", "late"]


def test_an_offer_of_a_past_day_leads_to_its_page_of_that_day(market):
    assert then()["moved"].get_absolute_url().endswith("/?as_of=2026-05-01")
    assert "as_of" not in Offer.objects.get(region="moved").get_absolute_url()


def test_a_past_price_cites_the_source_that_saw_it(market):
    offer = Offer.objects.get(region="moved")
    other = querysets.sources().get(slug="datasheets")
    offer.observations.filter(observed_on="2026-04-30").update(source=other)
    assert then()["moved"].source.title == "Datasheets"
    assert Offer.objects.get(region="moved").source.title == "A price list"


def test_all_past_prices_take_one_query(market, django_assert_num_queries):
    with django_assert_num_queries(1):
        [(offer.amount, offer.source.title, str(offer.provider)) for offer in querysets.offers(MAY)]
