import pytest

from tests.catalog.data_folder import SXM


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


def test_an_unknown_row_is_a_404_as_markdown_too(client, db):
    assert client.get("/accelerators/nothing.md").status_code == 404


def test_a_page_leads_to_its_markdown(data, client):
    data.load()
    address = f"/accelerators/{SXM['slug']}"
    assert f'href="{address}.md"' in client.get(f"{address}/").content.decode()
