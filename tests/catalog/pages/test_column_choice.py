import csv
import io
import re

import pytest

from catalog import filtersets
from catalog.api import serializers
from catalog.listing import columns

LISTS = {
    "accelerators": (columns.ACCELERATORS, "Accelerator"),
    "servers": (columns.SERVERS, "Server"),
    "instances": (columns.INSTANCES, "Instance"),
    "offers": (columns.OFFERS, "Offer"),
    "vendors": (columns.VENDORS, "Vendor"),
    "sources": (columns.SOURCES, "Source"),
}


def heads(html):
    row = re.search(r"<thead>(.*?)</thead>", html, re.DOTALL)[1]
    texts = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', row, re.DOTALL)
    names = [re.sub(r'<span class="unit">.*?</span>|<[^>]+>', "", text).strip() for text in texts]
    return [name for name in names if name != "Compare"]


def exported(client, address):
    text = b"".join(client.get(address)).decode()
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("noun", LISTS)
def test_every_column_has_a_name_of_its_own_that_the_export_and_the_order_know(noun):
    known, name = LISTS[noun]
    fields = set(getattr(serializers, f"{name}Serializer").Meta.fields)
    orders = getattr(filtersets, f"{name}FilterSet").base_filters["ordering"].param_map
    assert len({column.name for column in known}) == len(known)
    for column in known:
        assert set(column.exported) <= fields, column.name
        assert not column.order or column.order in orders, column.name


def test_the_page_shows_the_columns_asked_for_in_that_order(data, client):
    data.load()
    html = client.get("/accelerators/?columns=tdp_w,name,fp32_tflops").content.decode()
    assert heads(html) == ["Power", "Accelerator", "FP32"]


def test_check_boxes_and_commas_mean_the_same(data, client):
    data.load()
    html = client.get("/accelerators/?columns=name&columns=tdp_w").content.decode()
    assert heads(html) == ["Accelerator", "Power"]


def test_without_a_choice_the_usual_columns_stand(data, client):
    data.load()
    usual = [column.label for column in columns.ACCELERATORS if column.usual]
    assert heads(client.get("/accelerators/").content.decode()) == usual
    assert heads(client.get("/accelerators/?columns=").content.decode()) == usual


def test_the_boxes_say_what_is_shown(data, client):
    data.load()
    html = client.get("/accelerators/?columns=name&family=hopper").content.decode()
    assert 'name="columns" value="name" checked' in html
    assert 'name="columns" value="tdp_w">' in html


def test_the_choice_and_the_filters_keep_each_other(data, client):
    data.load()
    html = client.get("/accelerators/?columns=name,tdp_w&family=hopper").content.decode()
    filters, chooser = re.findall(r'<form class="filters[^>]*>.*?</form>', html, re.DOTALL)
    assert '<input type="hidden" name="columns" value="name,tdp_w">' in filters
    assert '<input type="hidden" name="family" value="hopper">' in chooser
    assert "columns=name%2Ctdp_w" in html


def test_the_download_has_the_rows_and_columns_of_the_page(data, client):
    data.load()
    html = client.get("/accelerators/?columns=name,tdp_w&family=hopper&ordering=-tdp_w")
    address = re.search(r'href="(/api/v1/[^"]*format=csv[^"]*)"', html.content.decode())[1]
    rows = exported(client, address.replace("&amp;", "&"))
    assert rows == [
        {"name": "NVIDIA H100 SXM5 80GB", "tdp_w": "700.0"},
        {"name": "NVIDIA H100 PCIe 80GB", "tdp_w": "350.0"},
    ]


def test_a_price_is_exported_with_its_currency_and_unit(data, client):
    data.load()
    (row,) = exported(client, "/api/v1/offers/?format=csv&columns=provider,amount")
    assert row == {"provider": "acme", "amount": "20.0000", "currency": "USD", "unit": "h"}


def test_an_unknown_column_is_named_with_what_there_is(data, client):
    data.load()
    response = client.get("/accelerators/?columns=name,horsepower")
    assert response.status_code == 400
    html = response.content.decode()
    assert "columns: There is no column &#x27;horsepower&#x27;; choose from name, vendor" in html


@pytest.mark.parametrize("form", ["json", "csv"])
def test_the_api_names_the_field_of_an_unknown_column(data, client, form):
    data.load()
    response = client.get(f"/api/v1/accelerators/?columns=horsepower&format={form}")
    assert response.status_code == 400
    text = response.content.decode()
    assert "columns" in text
    assert "There is no column" in text


def test_a_row_can_be_compared_whatever_its_columns(data, client):
    data.load()
    html = client.get("/accelerators/?columns=tdp_w&search=L4").content.decode()
    assert 'aria-label="Compare NVIDIA L4"' in html
