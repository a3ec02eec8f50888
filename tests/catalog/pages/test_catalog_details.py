import pytest

from catalog.models import InstanceType, Offer, Server
from tests.catalog.data_folder import OFFER, SXM


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_an_accelerator_shows_every_fact_with_unit_source_and_date(data, client):
    data.load()
    html = page(client, f"/accelerators/{SXM['slug']}/")
    for expected in ("3,350", "GB/s", "Datasheets", "2026-11-01", "derived"):
        assert expected in html


def test_an_accelerator_leads_to_servers_instances_and_offers(data, client):
    data.load()
    html = page(client, f"/accelerators/{SXM['slug']}/")
    for row in (Server.objects.get(), InstanceType.objects.get(), Offer.objects.get()):
        assert row.get_absolute_url() in html


def test_sources_that_disagree_are_shown_as_a_dispute(data, client):
    other = {"field": "tdp_w", "value": 500, "source": "prices"}
    data.accelerators = [SXM | {"other_claims": [other]}]
    data.load()
    html = page(client, f"/accelerators/{SXM['slug']}/")
    assert "disputed" in html
    assert "A price list: 500 W" in html


def test_figures_that_differ_by_rounding_are_no_dispute(data, client):
    other = {"field": "tdp_w", "value": 699, "source": "prices"}
    data.accelerators = [SXM | {"other_claims": [other]}]
    data.load()
    assert "disputed" not in page(client, f"/accelerators/{SXM['slug']}/")


def test_a_server_shows_its_facts(data, client):
    data.load()
    html = page(client, Server.objects.get().get_absolute_url())
    for expected in ("Box 8", "10,200", "2026-01-02", "8 x"):
        assert expected in html


def test_an_instance_shows_its_facts_and_offers(data, client):
    data.load()
    html = page(client, InstanceType.objects.get().get_absolute_url())
    assert "2,000" in html
    assert Offer.objects.get().get_absolute_url() in html


def test_an_offer_shows_the_price_per_accelerator_beside_the_price(data, client):
    data.load()
    html = page(client, Offer.objects.get().get_absolute_url())
    assert "2.5000 USD" in html
    assert "20 USD" in html


def test_an_offer_shows_its_history(data, client):
    data.load()
    data.offers = [OFFER | {"amount": "18.00", "observed_on": "2026-03-01"}]
    data.load()
    html = page(client, Offer.objects.get().get_absolute_url())
    assert html.index("2026-03-01</th>") < html.index("2026-01-02</th>")


def test_an_offer_without_a_date_says_so(data, client):
    data.offers = [OFFER | {"observed_on": ""}]
    data.load()
    html = page(client, Offer.objects.get().get_absolute_url())
    assert "The source gives no date" in html


@pytest.mark.parametrize(
    ("reason", "words"),
    [("", "! Withdrawn</span> It is kept"), ("Sold out", "</span> Sold out. It is kept")],
)
def test_a_withdrawn_offer_says_why_where_somebody_said_so(data, client, reason, words):
    data.load()
    Offer.objects.update(status="withdrawn", status_reason=reason)
    assert words in page(client, Offer.objects.get().get_absolute_url())


def test_a_large_price_is_written_out(data, client):
    data.offers = [OFFER | {"amount": "3000000"}]
    data.load()
    assert "E+" not in page(client, Offer.objects.get().get_absolute_url())


@pytest.mark.parametrize("url", ["/vendors/acme/", "/vendors/nvidia/", "/sources/datasheets/"])
def test_vendors_and_sources_have_a_page(data, client, url):
    data.load()
    page(client, url)


@pytest.mark.parametrize(
    "url",
    [
        "/accelerators/none/",
        "/servers/none/",
        "/instances/none/",
        "/offers/99/",
        f"/offers/{9**40}/",
    ],
)
def test_what_is_not_there_is_not_found(db, client, url):
    assert client.get(url).status_code == 404


def test_a_share_alike_row_names_its_licence(shipped, client):
    row = InstanceType.objects.filter(source__slug="spare-cores").first()
    html = page(client, row.get_absolute_url())
    assert "CC BY-SA 4.0" in html
    assert "Spare Cores" in html


def test_a_shipped_list_page_is_light(shipped, client):
    assert len(page(client, "/accelerators/")) < 100_000
