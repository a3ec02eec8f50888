import pytest

from catalog.models import InstanceType, Server
from tests.catalog.data_folder import SXM

FACTS = f"/accelerators/{SXM['slug']}/facts"
DISPUTE = {"other_claims": [{"field": "tdp_w", "value": 500, "source": "prices"}]}


@pytest.fixture
def disputed(data):
    data.accelerators = [SXM | DISPUTE]
    data.load()


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_a_fact_shows_every_claim_with_source_and_date(disputed, client):
    html = page(client, f"{FACTS}/tdp_w/")
    for expected in ("700", "Datasheets", "2026-11-01", "500", "A price list", "date unknown"):
        assert expected in html


def test_a_dispute_is_shown_with_the_size_of_the_difference(disputed, client):
    html = page(client, f"{FACTS}/tdp_w/")
    assert "! disputed" in html
    assert "\N{MINUS SIGN}28.6" in html


def test_a_fact_says_why_it_is_believed(data, client):
    data.load()
    assert "the only value" in page(client, f"{FACTS}/tdp_w/")


def test_each_figure_of_a_detail_page_leads_to_its_fact(data, client):
    data.load()
    assert f'href="{FACTS}/memory_bandwidth_gb_s/"' in page(client, f"/accelerators/{SXM['slug']}/")


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [(Server, "max_power_w", "10,200"), (InstanceType, "ram_gb", "2,000")],
)
def test_servers_and_instances_have_fact_pages(data, client, model, field, value):
    data.load()
    row = model.objects.get()
    assert value in page(client, f"{row.get_absolute_url()}facts/{field}/")


@pytest.mark.parametrize("field", ["potato", "family", "fp64_tflops"])
def test_a_field_that_nobody_speaks_of_answers_404(data, client, field):
    data.load()
    assert client.get(f"{FACTS}/{field}/").status_code == 404


def test_the_api_gives_the_same_claims(disputed, client):
    body = client.get(f"/api/v1{FACTS}/tdp_w/").json()
    assert (body["value"], body["unit"], body["disputed"]) == ("700", "W", True)
    assert [claim["standing"] for claim in body["claims"]] == ["chosen", "differs"]
    assert body["largest_difference"] == pytest.approx(-200 / 700)


@pytest.mark.parametrize("field", ["potato", "family"])
def test_the_api_answers_404_for_a_field_that_nobody_speaks_of(data, client, field):
    data.load()
    response = client.get(f"/api/v1{FACTS}/{field}/")
    assert response.status_code == 404
    assert response.json()["errors"][0]["code"] == "not_found"


def test_a_fact_page_takes_few_queries(disputed, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        page(client, f"{FACTS}/tdp_w/")
