from xml.etree import ElementTree as ET

import pytest

from tests.catalog.data_folder import OFFER

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def feed(client, query=""):
    response = client.get(f"/offers/feed/?{query}")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    return ET.fromstring(response.content)


def texts(root, path):
    return [found.text for found in root.findall(path, ATOM)]


@pytest.fixture
def market(data):
    data.offers = [
        OFFER | {"region": "north"},
        OFFER | {"region": "south", "amount": "24.00", "observed_on": ""},
    ]
    data.load()
    return data


def test_every_price_says_what_it_is_for_and_when_it_was_seen(market, client):
    root = feed(client, "region=north")
    assert texts(root, "a:entry/a:title") == ["a.8x at Acme Cloud: 20.00 USD per hour"]
    (summary,) = texts(root, "a:entry/a:summary")
    assert summary == (
        "2.50 USD per hour per NVIDIA H100 SXM5 80GB, On demand, region north, "
        "seen on 2026-01-02, source: A price list."
    )


def test_a_price_without_a_date_says_so(market, client):
    (summary,) = texts(feed(client, "region=south"), "a:entry/a:summary")
    assert "date unknown" in summary


def test_the_feed_takes_the_filters_of_the_list(market, client):
    assert len(feed(client).findall("a:entry", ATOM)) == 2
    assert len(feed(client, "amount_per_accelerator_max=2.6").findall("a:entry", ATOM)) == 1
    assert feed(client, "pricing=spot").findall("a:entry", ATOM) == []


def test_a_new_price_comes_first_with_an_id_of_its_own(market, client):
    before = texts(feed(client), "a:entry/a:id")
    market.offers = [OFFER | {"region": "north", "amount": "19.00", "observed_on": "2026-03-01"}]
    market.load()
    root = feed(client)
    assert texts(root, "a:entry/a:title")[0].endswith("19.00 USD per hour")
    assert texts(root, "a:entry/a:id")[1:] == before


def test_the_feed_names_its_filters_and_leads_to_the_list(market, client):
    root = feed(client, "region=north&ordering=amount&page=1&columns=amount&search=")
    assert texts(root, "a:title") == ["Ridgeline offers: region north"]
    links = {link.get("rel"): link.get("href") for link in root.findall("a:link", ATOM)}
    assert links["alternate"] == "http://testserver/offers/?region=north"
    assert links["self"] == "http://testserver/offers/feed/?region=north"


def test_the_list_leads_to_its_feed(market, client):
    html = client.get("/offers/?region=north&page=1").content.decode()
    assert html.count('href="/offers/feed/?region=north"') == 2
    assert "/feed/" not in client.get("/accelerators/").content.decode()


def test_a_wrong_filter_is_named_and_answers_400(market, client):
    response = client.get("/offers/feed/?amount_per_accelerator_max=cheap")
    assert response.status_code == 400
    assert response.content.decode() == "amount_per_accelerator: Enter a number."


def test_an_entry_leads_to_its_line_on_the_page_of_the_offer(market, client):
    (entry,) = texts(feed(client, "region=north"), "a:entry/a:id")
    page, _, place = entry.removeprefix("http://testserver").partition("#")
    assert f'id="{place}"' in client.get(page).content.decode()


def test_a_feed_asks_for_the_revision_for_what_is_newest_for_its_prices_and_their_offers(
    market, client, django_assert_num_queries
):
    feed(client)
    with django_assert_num_queries(4):
        feed(client)
