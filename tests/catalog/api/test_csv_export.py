import csv
import io
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.api.renderers import cell, csv_lines
from catalog.models import Offer
from tests.catalog.crowded import crowd
from tests.catalog.data_folder import OFFER, SXM


def exported(client, url):
    response = client.get(url)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/csv")
    text = b"".join(response).decode()
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("noun", ["vendors", "accelerators", "servers", "instances", "offers"])
def test_every_list_exports(data, client, noun):
    data.load()
    rows = exported(client, f"/api/v1/{noun}/?format=csv")
    assert len(rows) == client.get(f"/api/v1/{noun}/").json()["count"]


def test_an_export_honours_the_filters_and_the_order(data, client):
    data.load()
    rows = exported(client, "/api/v1/accelerators/?format=csv&family=hopper&ordering=-tdp_w")
    assert [row["slug"] for row in rows] == [SXM["slug"], "nvidia-h100-pcie-80gb"]


def test_an_export_holds_every_row_and_not_one_page(data, client):
    data.offers = [
        OFFER | {"region": f"r{number}", "amount": f"{20 + number / 100}"} for number in range(80)
    ]
    data.load()
    assert len(exported(client, "/api/v1/offers/?format=csv&page_size=10")) == 80


def test_an_export_is_streamed(data, client):
    data.load()
    assert client.get("/api/v1/offers/?format=csv").streaming


def test_an_unknown_figure_is_an_empty_cell(data, client):
    data.load()
    assert exported(client, "/api/v1/accelerators/?format=csv")[0]["fp8_tflops"] == ""


def test_the_history_of_an_offer_exports(data, client):
    data.load()
    (offer,) = client.get("/api/v1/offers/").json()["results"]
    rows = exported(client, f"/api/v1/offers/{offer['id']}/history/?format=csv")
    assert rows[0]["amount"] == "20.0000"


def test_a_bad_filter_answers_400_in_csv_too(data, client):
    data.load()
    assert client.get("/api/v1/accelerators/?format=csv&tdp_w_min=much").status_code == 400


def test_the_licence_travels_with_the_export(shipped, client):
    rows = exported(client, "/api/v1/instances/?format=csv&provider=aws")
    licensed = [row for row in rows if row["source"] == "spare-cores"]
    assert licensed
    assert {row["licence"] for row in licensed} == {"CC BY-SA 4.0"}


@pytest.mark.parametrize("text", ["=1+1", "+1", "@SUM(A1)"])
def test_text_that_a_spreadsheet_would_run_is_quoted(text):
    assert cell(text) == f"'{text}"


def test_negative_numbers_are_left_alone():
    assert cell(-1.5) == -1.5


def test_nested_values_become_columns():
    rows = [{"a": {"b": 1}, "c": ["x", "y"]}]
    assert "".join(csv_lines(rows)) == "a.b,c\r\n1,x; y\r\n"


def test_the_first_line_leaves_before_the_last_row_is_read(data, client):
    data.load()
    crowd(1200, [Offer])
    client.get("/api/v1/offers/")  # reads the index
    with CaptureQueriesContext(connection) as queries:
        lines = iter(client.get("/api/v1/offers/?format=csv").streaming_content)
        asked = len(queries)
        next(lines)
        assert len(queries) == asked + 1
        assert sum(1 for _ in lines) == 1200
        assert len(queries) == asked + 3


@pytest.mark.parametrize("noun", ["vendors", "sources", "accelerators", "servers", "instances"])
def test_short_lists_are_written_while_they_are_read_too(data, client, noun):
    data.load()
    response = client.get(f"/api/v1/{noun}/?format=csv")
    assert response.streaming
    assert next(iter(response.streaming_content)).startswith(b"slug,")


EXPORTS = [
    "?",
    "?search=h100&ordering=-amount",
    "?region=region+3&ordering=region,amount",
    "?amount_per_accelerator_min=4&ordering=-amount_per_accelerator&columns=amount,system",
    "?as_of=2026-11-20&ordering=-amount",
]


@pytest.mark.parametrize("query", EXPORTS)
def test_an_export_opened_again_has_the_rows_of_the_pages_in_their_order(data, client, query):
    data.load()
    crowd(120, [Offer])
    pages = [client.get(f"/offers/{query}&page={page}").content.decode() for page in (1, 2, 3)]
    last = int(re.search(r"Page \d of (\d)", pages[0])[1]) if 'rel="next"' in pages[0] else 1
    seen = [key for html in pages[:last] for key in re.findall(r'<a href="/offers/(\d+)/', html)]
    address = unescape(re.search(r'href="([^"]*format=csv[^"]*)"', pages[0])[1])
    rows = exported(client, address)
    assert [row["id"] for row in rows] == seen
    assert exported(client, address) == rows
