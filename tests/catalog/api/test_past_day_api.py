import csv
import io

import pytest

from catalog.models import Offer
from tests.catalog.data_folder import OFFER

DAY = "as_of=2026-05-01"


@pytest.fixture
def market(data):
    data.offers = [
        OFFER | {"region": "moved", "amount": "16.00", "observed_on": "2026-04-30"},
        OFFER | {"region": "moved", "amount": "32.00", "observed_on": "2026-06-01"},
        OFFER | {"region": "late", "amount": "20.00", "observed_on": "2026-05-02"},
    ]
    data.load()
    return data


def test_the_list_gives_the_prices_of_the_day(market, client):
    found = client.get(f"/api/v1/offers/?{DAY}").json()
    (offer,) = found["results"]
    assert found["count"] == 1
    assert offer["amount"] == "16.0000"
    assert offer["amount_per_accelerator"] == "2.0000"
    assert (offer["observed_on"], offer["freshness"]) == ("2026-04-30", "fresh")


def test_the_csv_gives_the_prices_of_the_day(market, client):
    answer = client.get(f"/api/v1/offers/?{DAY}&format=csv&columns=amount,observed_on")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [(row["amount"], row["observed_on"]) for row in rows] == [("16.0000", "2026-04-30")]


def test_an_offer_and_its_history_end_on_the_day(market, client):
    offer = Offer.objects.get(region="moved")
    assert client.get(f"/api/v1/offers/{offer.pk}/?{DAY}").json()["amount"] == "16.0000"
    history = client.get(f"/api/v1/offers/{offer.pk}/history/?{DAY}").json()
    assert [seen["observed_on"] for seen in history["results"]] == ["2026-04-30"]


def test_an_offer_that_nobody_had_seen_by_then_is_not_found(market, client):
    offer = Offer.objects.get(region="late")
    assert client.get(f"/api/v1/offers/{offer.pk}/?{DAY}").status_code == 404


@pytest.mark.parametrize("tail", ["", "{}/", "{}/history/"])
@pytest.mark.parametrize(
    ("asked", "why"), [("soon", "Write a day as YYYY-MM-DD"), ("2999-01-01", "is in the future")]
)
def test_a_day_that_is_none_is_a_400_that_names_the_field(market, client, tail, asked, why):
    pk = Offer.objects.get(region="moved").pk
    answer = client.get(f"/api/v1/offers/{tail.format(pk)}?as_of={asked}")
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["attr"] == "as_of"
    assert why in error["detail"]
