import datetime as dt

import pytest
from django.utils import timezone

from catalog.models import Offer
from tests.catalog.data_folder import OFFER, SXM

PAGE = f"/accelerators/{SXM['slug']}/"


def page(client, query=""):
    return client.get(f"{PAGE}{query}").content.decode()


def test_an_accelerator_has_a_roofline_with_its_data(data, client):
    data.load()
    html = page(client)
    assert "Roofline of NVIDIA H100 SXM5 80GB" in html
    assert "295.2" in html.split("Roofs and their ridge points")[1]


def test_an_accelerator_has_its_rental_prices_with_their_data(data, client):
    data.load()
    html = page(client)
    table = html.split("Prices seen, per accelerator and hour")[1].split("</table>")[0]
    assert "2026-01-02" in table
    assert "2.50" in table


def test_prices_can_be_drawn_logarithmically_by_a_link(data, client):
    data.load()
    assert 'href="?prices=log#prices"' in page(client)
    assert "<b>logarithmic</b>" in page(client, "?prices=log")


def test_without_rental_offers_there_are_no_rental_prices(data, client):
    data.load()
    Offer.objects.all().delete()
    assert "Rental prices over time" not in page(client)


def test_providers_are_listed_with_their_offers_and_lowest_prices(data, client):
    spot = {"pricing": "spot", "amount": "8", "region": "south"}
    data.offers = [OFFER, OFFER | {"amount": "16", "region": "south"}, OFFER | spot]
    data.load()
    table = page(client).split("Providers: 1")[1].split("</table>")[0]
    assert f"/offers/?accelerator={SXM['slug']}&amp;provider=acme" in table
    assert "2.00 USD" in table
    assert "1.00 USD" in table


def test_an_old_price_is_a_providers_lowest_only_where_it_has_no_fresh_one(data, client):
    today = timezone.localdate()
    old = OFFER | {"amount": "8", "observed_on": str(today - dt.timedelta(days=200))}
    fresh = OFFER | {"amount": "16", "region": "south", "observed_on": str(today)}
    data.offers = [old, fresh, old | {"pricing": "spot"}]
    data.load()
    table = page(client).split("Providers: 1")[1].split("</table>")[0]
    assert "2.00 USD" in table
    assert table.count("1.00 USD") == table.count("1.00 USD (stale)") == 1


@pytest.mark.parametrize("title", ["Servers: 1", "Instance types: 1", "Offers: 1"])
def test_what_carries_it_is_counted(data, client, title):
    data.load()
    assert title in page(client)


def test_the_page_of_the_most_offered_accelerator_is_light(shipped, client):
    assert len(page(client)) < 250_000
