import pytest

from tests.catalog.data_folder import OFFER, SXM


@pytest.mark.parametrize("noun", ["accelerators", "servers", "instances"])
def test_every_row_reads_as_markdown_at_its_address_with_md(data, client, noun):
    data.load()
    slug = client.get(f"/api/v1/{noun}/").json()["results"][0]["slug"]
    answer = client.get(f"/{noun}/{slug}.md")
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert "| Fact | Value | Unit | Source | Date |" in answer.content.decode()


def test_markdown_gives_the_source_and_date_of_a_figure(data, client):
    data.load()
    lines = client.get(f"/accelerators/{SXM['slug']}.md").content.decode().splitlines()
    bandwidth = next(line for line in lines if "3,350" in line)
    assert "GB/s" in bandwidth and "Datasheets" in bandwidth and "2026-11-01" in bandwidth


@pytest.mark.parametrize("address", [f"/accelerators/{SXM['slug']}.md", "/instances/acme-a-8x.md"])
def test_markdown_has_the_prices_of_a_past_day(data, client, address):
    data.offers = [
        OFFER | {"amount": "16.00", "observed_on": "2026-04-30"},
        OFFER | {"amount": "32.00", "observed_on": "2026-06-01"},
    ]
    data.load()
    text = client.get(address, {"as_of": "2026-05-01"}).content.decode()
    assert "Prices as of 1 May 2026." in text
    assert "2026-04-30" in text
    assert "2026-06-01" not in text.split("## History")[0]


def test_a_day_without_prices_is_refused_as_markdown_too(data, client):
    data.load()
    answer = client.get(f"/accelerators/{SXM['slug']}.md", {"as_of": "1999-01-01"})
    assert answer.status_code == 400
    assert answer.content.decode().startswith("as_of: 1999-01-01 is before any price")


def test_markdown_is_only_read(client, db):
    assert client.post(f"/accelerators/{SXM['slug']}.md").status_code == 405


def test_an_unknown_row_is_a_404_as_markdown_too(client, db):
    assert client.get("/accelerators/nothing.md").status_code == 404


def test_a_page_leads_to_its_markdown(data, client):
    data.load()
    address = f"/accelerators/{SXM['slug']}"
    assert f'href="{address}.md"' in client.get(f"{address}/").content.decode()
