import csv
import io

import pytest

from catalog.api.renderers import csv_lines
from catalog.csv_text import cell
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


@pytest.mark.parametrize("noun", ["vendors", "accelerators", "offers", "models", "hosts"])
def test_an_export_without_rows_still_names_its_columns(data, client, noun):
    data.load()
    every = b"".join(client.get(f"/api/v1/{noun}/?format=csv")).decode().splitlines()
    none = b"".join(client.get(f"/api/v1/{noun}/?format=csv&search=zzzz")).decode().splitlines()
    assert len(none) == 1
    assert none[0].split(",")[:3] == every[0].split(",")[:3]


def test_an_export_of_chosen_columns_without_rows_names_those(data, client):
    data.load()
    lines = b"".join(client.get("/api/v1/offers/?format=csv&columns=provider&search=zzzz"))
    assert lines.decode() == "provider\r\n"


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
