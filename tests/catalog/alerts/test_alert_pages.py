"""Alerts as a visitor makes, confirms, changes and ends them."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.cache import cache
from django.test import Client

from catalog.models import Alert, Offer
from tests.catalog.alerts.conftest import SOUTH
from tests.catalog.alerts.test_mail_alerts import ONE_CLICK

ASKED = {"email": "ada@example.org", "query": "region=north", "pace": "at-once"}
HOOK = {"webhook": "https://hooks.example.org/prices", "email": ""}


pytestmark = pytest.mark.usefixtures("market")


def ask(client, **given):
    return client.post("/alerts/new/", ASKED | given)


def page(client, alert):
    return client.get(f"/alerts/{alert.token}/").content.decode()


def links_of(message):
    return re.findall(r"http://127\.0\.0\.1:8000(/\S+)", message.body)


def test_a_mailbox_is_asked_first_and_told_news_after_it_said_yes(client, prices, go_round):
    assert ask(client).url == "/alerts/asked/"
    go_round()
    (greeting,) = mail.outbox
    assert greeting.subject == "Confirm your alert on GPU prices"
    prices({"amount": "18.00"})
    go_round()
    assert len(mail.outbox) == 1
    link = links_of(greeting)[0]
    assert "Confirm</button>" in client.get(link).content.decode()
    client.post(f"{link}confirm/")
    go_round()
    assert "2.50 -> 2.25 USD" in mail.outbox[1].subject


def test_opening_the_links_of_a_mail_changes_nothing(client, go_round):
    ask(client)
    go_round()
    for link in links_of(mail.outbox[0]):
        assert client.get(link).status_code == 200
    assert Alert.objects.get().state == "unconfirmed"


def test_a_mail_to_a_stranger_quotes_nothing_that_the_asker_wrote(client, go_round):
    ask(client, name="Buy pills at spam.example", query="region=spam.example")
    go_round()
    assert "spam.example" not in mail.outbox[0].body + mail.outbox[0].subject


def test_the_answer_is_the_same_whether_or_not_a_mailbox_is_known(client, make_alert, go_round):
    answers = [ask(client) for _ in range(5)]
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, "/alerts/asked/")}
    assert Alert.objects.count() == 3
    go_round()
    assert len(mail.outbox) == 3
    assert "ada" not in client.get("/alerts/asked/").content.decode()


def test_whoever_asks_by_mail_is_not_shown_the_link_of_the_alert(client):
    token_free = ask(client)
    assert Alert.objects.get().token not in token_free.url + token_free.content.decode()


def test_a_mail_that_nobody_confirms_is_forgotten_after_seven_days(client, go_round):
    ask(client)
    assert go_round(days=6.9).deleted == 0
    assert go_round(days=7.1).deleted == 1


def test_one_click_ends_an_alert_without_cookie_or_form(client, go_round):
    ask(client)
    alert = Alert.objects.get()
    stranger = Client(enforce_csrf_checks=True)
    link = f"/alerts/{alert.token}/unsubscribe/"
    answer = stranger.post(link, ONE_CLICK, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert not Alert.objects.exists()
    assert stranger.post(link).status_code == 200
    assert stranger.get(link).status_code == 404


def test_links_of_mails_work_in_a_closed_installation_and_asking_does_not(
    client, make_alert, settings
):
    alert = make_alert()
    settings.REQUIRE_SIGN_IN = True
    assert client.get(f"/alerts/{alert.token}/").status_code == 200
    assert client.post(f"/alerts/{alert.token}/unsubscribe/").status_code == 200
    assert client.get("/alerts/new/").url.startswith("/sign-in/")
    assert ask(client).url.startswith("/sign-in/")


def test_the_owner_pauses_resumes_and_renews(client, make_alert):
    alert = make_alert()
    before = alert.expires_at
    for name, state in (("pause", "paused"), ("resume", "active"), ("renew", "active")):
        client.post(f"/alerts/{alert.token}/{name}/")
        alert.refresh_from_db()
        assert alert.state == state
    assert alert.expires_at > before


@pytest.mark.parametrize("name", ["confirm", "pause", "resume", "renew"])
def test_changing_an_alert_takes_a_form_and_its_token(make_alert, name):
    alert = make_alert()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/alerts/{alert.token}/{name}/").status_code == 403
    assert strict.get(f"/alerts/{alert.token}/{name}/").status_code == 405


def test_the_page_says_what_is_watched_and_hides_most_of_the_address(client, make_alert):
    html = page(client, make_alert(query="region=north", limit="2.50", currency="USD"))
    assert "<dt>region</dt><dd>north</dd>" in html
    assert "2.5 USD per accelerator" in html
    assert "a…@example.org" in html
    assert "ada@" not in html


def test_the_page_says_why_an_alert_is_off_and_switches_it_on_again(client, make_alert):
    alert = make_alert(state="off", off_reason="It failed 10 times in a row.", failures=10)
    assert "It failed 10 times in a row." in page(client, alert)
    client.post(f"/alerts/{alert.token}/resume/")
    alert.refresh_from_db()
    assert (alert.state, alert.failures, alert.off_reason) == ("active", 0, "")


def test_pages_of_alerts_stay_out_of_search_engines_and_shared_caches(client, make_alert):
    for address in (f"/alerts/{make_alert().token}/", "/alerts/new/", "/alerts/no-such-token/"):
        answer = client.get(address)
        assert answer["X-Robots-Tag"] == "noindex"
        assert "private" in answer["Cache-Control"]


def test_a_webhook_shows_its_secret_once(client):
    answer = ask(client, **HOOK)
    alert = Alert.objects.get()
    assert answer.status_code == 201
    assert alert.secret in answer.content.decode()
    assert alert.secret not in page(client, alert)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"email": ""}, "not both"),
        ({**HOOK, "email": "ada@example.org"}, "not both"),
        ({"email": "ada"}, "Write it as you@example.org"),
        ({"email": "ada@example.org\nBcc: eve@example.org"}, "Write it as you@example.org"),
        ({**HOOK, "webhook": "http://hooks.example.org/"}, "https address"),
        ({**HOOK, "webhook": "https://127.0.0.1/"}, "private, loopback"),
        ({**HOOK, "webhook": "https://[::ffff:10.0.0.1]/"}, "private, loopback"),
        ({**HOOK, "webhook": "https://localhost/"}, "private, loopback"),
        ({**HOOK, "webhook": "https://me:pw@hooks.example.org/"}, "Leave name and password out"),
        ({**HOOK, "webhook": "https://hooks.example.org:port/"}, "Write the whole address"),
        ({"limit": "cheap"}, "Write a price such as 2.50"),
        ({"limit": "0"}, "Give a price above 0"),
        ({"limit": "2.50", "currency": ""}, "one of USD"),
        ({"pace": "hourly"}, "Select a valid choice"),
        ({"query": "accelerator=potato"}, "accelerator: Select a valid choice"),
        ({"query": f"region={'é' * 1000}"}, "Choose fewer filters"),
        ({"query": "as_of=2026-01-01"}, "as_of: An alert is of new prices"),
        ({"offer": "99999"}, "There is no such offer"),
        ({"offer": "9" * 30}, "There is no such offer"),
        ({"name": "x" * 81}, "at most 80 characters"),
    ],
)
def test_what_cannot_be_watched_or_reached_is_named(client, given, said):
    answer = ask(client, **given)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Alert.objects.exists()


def test_one_visitor_makes_few_alerts(client, settings):
    settings.ALERT_LIMIT = "2/hour"
    cache.clear()
    assert [ask(client).status_code for _ in range(3)] == [302, 302, 429]
    assert ask(client)["Retry-After"].isdecimal()
    cache.clear()


def test_one_webhook_gets_a_limited_number_of_alerts(client, monkeypatch):
    monkeypatch.setattr("catalog.alerts.making.PER_DESTINATION", 1)
    assert ask(client, **HOOK).status_code == 201
    assert "alerts go there already" in ask(client, **HOOK).content.decode()


def test_without_mail_only_webhook_and_feed_are_offered(client, settings):
    settings.MAIL_OFFERED = False
    html = client.get("/alerts/new/?query=region%3Dnorth").content.decode()
    assert "This installation sends no mail" in html
    assert 'name="email"' not in html
    assert 'href="/offers/feed/?region=north"' in html
    assert ask(client).status_code == 400
    assert not Alert.objects.exists()


def test_list_saved_list_and_offer_lead_to_an_alert_on_them(client):
    offer = Offer.objects.get(region="north")
    listed = client.get("/offers/?region=north&page=1&ordering=amount").content.decode()
    assert 'href="/alerts/new/?query=region%3Dnorth"' in listed
    saved = client.post(
        "/views/new/", {"name": "Mine", "noun": "offers", "query": "region=north"}, follow=True
    ).content.decode()
    assert "/alerts/new/?query=region%3Dnorth&amp;name=Mine" in saved
    assert (
        f'href="/alerts/new/?offer={offer.pk}"'
        in client.get(offer.get_absolute_url()).content.decode()
    )
    assert "/alerts/" not in client.get("/offers/?as_of=2026-01-01").content.decode()


def test_an_alert_on_one_offer_starts_from_its_price(client, prices, go_round):
    offer = Offer.objects.get(region="south")
    html = client.get(f"/alerts/new/?offer={offer.pk}").content.decode()
    assert 'name="limit" value="3.0"' in html
    ask(client, query="", offer=str(offer.pk), limit="2.90", currency="USD")
    alert = Alert.objects.get()
    assert (alert.offer, alert.name) == (offer, "a.8x at Acme Cloud")
    client.post(f"/alerts/{alert.token}/confirm/")
    prices(SOUTH | {"amount": "23.60"}, days=1)
    go_round()
    assert mail.outbox == []
    prices(SOUTH | {"amount": "23.20"}, days=2)
    go_round()
    assert "2.95 -> 2.90" in mail.outbox[0].subject


def test_only_its_server_confirms_an_alert_on_a_webhook(client):
    ask(client, **HOOK)
    alert = Alert.objects.get()
    answer = client.post(f"/alerts/{alert.token}/confirm/", follow=True)
    assert "Nothing was changed" in answer.content.decode()
    alert.refresh_from_db()
    assert (alert.state, alert.confirmed_at) == ("unconfirmed", None)


def test_success_is_said_only_of_what_was_done(client, make_alert):
    alert = make_alert()
    said = [
        client.post(f"/alerts/{alert.token}/{name}/", follow=True).content.decode()
        for name in ("pause", "pause")
    ]
    assert ["Paused. No news is sent until" in html for html in said] == [True, False]


def test_the_admin_leads_nobody_to_the_page_of_an_alert(make_alert, admin_client):
    alert = make_alert()
    kind = ContentType.objects.get_for_model(Alert)
    assert admin_client.get(f"/admin/r/{kind.pk}/{alert.pk}/").status_code == 404
    html = admin_client.get(f"/admin/catalog/alert/{alert.pk}/change/").content.decode()
    assert alert.token not in html
    assert "View on site" not in html


def test_staff_see_alerts_and_may_only_delete_them(make_alert, client):
    alert = make_alert(secret="hush", channel="webhook", destination="https://a.example/")
    client.force_login(get_user_model().objects.create_superuser("ada"))
    assert "Cheap H100" in client.get("/admin/catalog/alert/").content.decode()
    html = client.get(f"/admin/catalog/alert/{alert.pk}/change/").content.decode()
    assert "hush" not in html
    assert 'name="_save"' not in html
    assert client.get("/admin/catalog/alert/add/").status_code == 403
