"""Alerts as a program makes, reads and deletes them."""

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from catalog.models import Alert, Offer

HOOK = {"webhook": "https://hooks.example.org/prices", "query": "region=north&page=2"}


pytestmark = pytest.mark.usefixtures("market")


@pytest.fixture
def api():
    return APIClient()


def ask(api, **given):
    return api.post("/api/v1/alerts/", HOOK | given, format="json")


def test_a_webhook_is_made_with_token_and_secret_and_read_without_the_secret(api):
    answer = ask(api, limit="2.5", currency="USD", pace="daily")
    assert answer.status_code == 201
    made = answer.json()
    alert = Alert.objects.get(token=made["token"])
    assert (made["secret"], made["query"], made["name"]) == (
        alert.secret,
        "region=north",
        "region north",
    )
    read = api.get(f"/api/v1/alerts/{alert.token}/").json()
    assert read == {key: made[key] for key in made.keys() - {"token", "secret"}}
    assert (read["limit"], read["state"], read["lapsed"]) == ("2.5000", "unconfirmed", False)
    assert read["page"] == f"http://testserver/alerts/{alert.token}/"


def test_a_mailbox_is_accepted_without_saying_more(api):
    answers = [
        api.post("/api/v1/alerts/", {"email": "ada@example.org"}, format="json") for _ in range(5)
    ]
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert Alert.objects.get(pk=Alert.objects.first().pk).token not in answers[0].content.decode()


@pytest.mark.parametrize("key", ["pk", "slug"])
def test_one_offer_is_named_by_number_or_slug(api, key):
    offer = Offer.objects.get(region="south")
    answer = ask(api, query="", offer=str(getattr(offer, key)))
    assert answer.json()["offer"] == offer.slug


def test_whoever_has_the_token_deletes(api, make_alert):
    alert = make_alert()
    assert api.delete(f"/api/v1/alerts/{alert.token}/").status_code == 204
    assert api.get(f"/api/v1/alerts/{alert.token}/").status_code == 404


@pytest.mark.parametrize(
    ("given", "attr", "said"),
    [
        ({"webhook": "http://hooks.example.org/"}, "webhook", "https address"),
        ({"email": "ada@example.org"}, "webhook", "not both"),
        ({"query": "region=north&family=potato"}, "query", "family: Select a valid choice"),
        ({"offer": "potato", "query": ""}, "offer", "There is no such offer"),
        ({"offer": "9" * 30, "query": ""}, "offer", "There is no such offer"),
        ({"limit": "2.5"}, "currency", "one of USD"),
        ({"limit": "cheap"}, "limit", "A valid number is required"),
        ({"pace": "hourly"}, "pace", "is not a valid choice"),
    ],
)
def test_what_is_wrong_is_named_by_field(api, given, attr, said):
    answer = ask(api, **given)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["attr"] == attr
    assert said in error["detail"]
    assert not Alert.objects.exists()


def test_one_webhook_gets_a_limited_number_of_alerts(api, monkeypatch):
    monkeypatch.setattr("catalog.alerts.making.PER_DESTINATION", 1)
    assert ask(api).status_code == 201
    answer = ask(api)
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "webhook")
    Alert.objects.all().delete()
    assert ask(api).status_code == 201


def test_page_and_api_count_together(api, client, settings):
    settings.ALERT_LIMIT = "2/hour"
    cache.clear()
    client.post("/alerts/new/", HOOK)
    assert ask(api).status_code == 201
    answer = ask(api)
    assert (answer.status_code, answer["Retry-After"].isdecimal()) == (429, True)
    cache.clear()
