import datetime as dt
import re

import pytest
from django.utils import timezone

from catalog.models import Offer
from tests.catalog.data_folder import OFFER

DAY = "as_of=2026-05-01"


@pytest.fixture
def market(data):
    data.offers = [
        OFFER | {"region": "moved", "amount": "16.00", "observed_on": "2026-04-30"},
        OFFER | {"region": "moved", "amount": "32.00", "observed_on": "2026-06-01"},
        OFFER | {"region": "steady", "amount": "24.00", "observed_on": "2025-12-01"},
        OFFER | {"region": "late", "amount": "20.00", "observed_on": "2026-05-02"},
    ]
    data.load()
    return data


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def regions(html):
    return re.findall(r"<td[^>]*>(moved|steady|late)</td>", html)


def test_the_list_says_plainly_of_which_day_its_prices_are(market, client):
    html = page(client, f"/offers/?provider=acme&{DAY}")
    assert "<b>Prices as of 1 May 2026.</b>" in html
    assert '<a href="?provider=acme">Back to today</a>' in html
    assert "Prices as of 1" not in page(client, "/offers/")


def test_the_list_shows_ranks_and_narrows_by_the_prices_of_the_day(market, client):
    assert regions(page(client, f"/offers/?{DAY}")) == ["moved", "steady"]
    assert regions(page(client, f"/offers/?{DAY}&ordering=-amount")) == ["steady", "moved"]
    assert regions(page(client, f"/offers/?{DAY}&amount_per_accelerator_max=2.5")) == ["moved"]
    assert regions(page(client, f"/offers/?{DAY}&freshness=stale")) == ["steady"]
    assert regions(page(client, "/offers/?freshness=fresh")) == []


def test_facets_count_ages_as_of_the_day(market, client):
    html = page(client, f"/offers/?{DAY}")
    assert re.search(r'Seen in the last 90 days <span class="unit">1<', html)
    assert re.search(r'Seen in the last year <span class="unit">1<', html)


def test_every_link_of_the_list_keeps_the_day(market, client):
    html = page(client, f"/offers/?{DAY}")
    for link in re.findall(r'href="(\?[^"]*)"', html):
        assert DAY in link or link == "?", link
    assert f'href="/api/v1/offers/?{DAY}&amp;format=csv"' in html
    assert f'href="/api/v1/offers/?{DAY}"' in html
    assert "query=as_of%3D2026-05-01" in html
    assert re.search(rf'href="/offers/\d+/\?{DAY}"', html)
    assert 'name="as_of" value="2026-05-01"' in html


def test_a_list_of_a_past_day_offers_neither_feed_nor_comparison(market, client):
    html = page(client, f"/offers/?{DAY}")
    assert "/offers/feed/" not in html
    assert "Compare the ticked rows" not in html
    response = client.get(f"/offers/feed/?{DAY}")
    assert response.status_code == 400
    assert response.content.decode() == "as_of: A feed is of new prices; leave the day out."


@pytest.mark.parametrize(
    "asked", ["yesterday", "01.05.2026", "2026-13-01", "0001-01-01", "tomorrow"]
)
@pytest.mark.parametrize("url", ["/offers/", "/accelerators/nvidia-h100-sxm5-80gb/"])
def test_a_day_that_is_none_or_has_not_come_is_refused(market, client, url, asked):
    if asked == "tomorrow":
        asked = str(timezone.localdate() + dt.timedelta(days=1))
    response = client.get(f"{url}?as_of={asked}")
    assert response.status_code == 400
    html = response.content.decode()
    words = ("Write a day as YYYY-MM-DD", "is before any price", "is in the future")
    assert any(reason in html for reason in words)
    assert "as_of" in html


def test_a_past_list_takes_as_many_queries_as_a_list_of_today(
    market, client, django_assert_max_num_queries
):
    with django_assert_max_num_queries(14) as today:
        client.get("/offers/")
    most = len(today)
    client.get(f"/offers/?{DAY}")  # reads the index of that day
    with django_assert_max_num_queries(most):
        client.get(f"/offers/?{DAY}")


def test_the_page_of_an_accelerator_shows_its_prices_of_the_day(market, client):
    html = page(client, f"/accelerators/nvidia-h100-sxm5-80gb/?{DAY}")
    assert "Prices as of 1 May 2026." in html
    assert "Offers: 2" in html
    assert "2.00 USD" in html
    assert "2026-06-01" not in html
    assert f"/offers/?accelerator=nvidia-h100-sxm5-80gb&amp;{DAY}&amp;provider=acme" in html
    assert f"{DAY}&amp;prices=log" in html


def test_the_page_of_an_instance_type_shows_its_prices_of_the_day(market, client):
    html = page(client, f"/instances/acme-a-8x/?{DAY}")
    assert regions(html) == ["moved", "steady"]


def test_the_page_of_an_offer_ends_on_the_day(market, client):
    offer = Offer.objects.get(region="moved")
    html = page(client, f"{offer.get_absolute_url()}?{DAY}")
    assert "<b>16 USD</b>" in html
    assert "2026-06-01" not in html
    assert f"/api/v1/offers/{offer.pk}/?{DAY}" in html


def test_an_offer_that_nobody_had_seen_by_then_has_no_page_of_that_day(market, client):
    offer = Offer.objects.get(region="late")
    assert client.get(f"{offer.get_absolute_url()}?{DAY}").status_code == 404


def test_a_saved_view_keeps_the_day_and_has_no_feed(market, client):
    answer = client.post("/views/new/", {"name": "May", "noun": "offers", "query": DAY})
    html = page(client, answer.url)
    assert f'href="/offers/?{DAY}"' in html
    assert "/offers/feed/" not in html
