import csv
import datetime as dt
import io

import pytest
from django.utils import timezone

from catalog.models import Accelerator, Offer, Server
from tests.catalog.data_folder import SXM

PCIE = SXM | {
    "slug": "nvidia-h100-pcie-80gb",
    "name": "NVIDIA H100 PCIe 80GB",
    "form_factor": "PCIe",
    "memory_bandwidth_gb_s": 2000,
    "tdp_w": 350,
    "aliases": ["H100 PCIe"],
    "pci_device_ids": ["10de:2331"],
}


@pytest.fixture
def both(data):
    data.accelerators = [SXM, PCIE]
    data.load()
    return [SXM["slug"], PCIE["slug"]]


def get(client, slugs, **more):
    return client.get("/compare/", {"kind": "accelerators", "id": slugs, **more})


def lines(client, slugs):
    text = get(client, slugs, format="csv").content.decode()
    return {row[0]: row[2:] for row in csv.reader(io.StringIO(text))}


def exported(client, query):
    text = client.get("/compare/", query).content.decode()
    return {row[0]: row[2] for row in csv.reader(io.StringIO(text))}


def test_what_differs_stands_before_what_is_equal(client, both):
    values = [len(set(row)) for name, row in lines(client, both).items() if name]
    assert max(values) == 2 and min(values) == 1
    assert values == sorted(values, reverse=True)


def test_every_value_names_its_source(client, both):
    html = get(client, both).content.decode()
    assert "3,350" in html and "2,000" in html
    assert html.count("Datasheets") > 4


def test_figures_per_watt_are_computed(client, both):
    sxm, pcie = lines(client, both)["Bandwidth per watt"]
    assert float(sxm) == pytest.approx(3350 / SXM["tdp_w"], abs=1e-3)
    assert float(pcie) == pytest.approx(2000 / 350, abs=1e-3)


def test_a_price_gives_what_a_dollar_buys(client, both):
    rows = lines(client, both)
    price = float(rows["Lowest on-demand price"][0])
    bought = float(rows["Bandwidth per dollar and hour"][0].replace(",", ""))
    assert bought == pytest.approx(3350 / price, rel=1e-2)


def test_the_lowest_price_is_a_fresh_one_and_names_its_provider_and_day(client, both):
    today = timezone.localdate()
    Offer.objects.update(observed_on=today)
    old = Offer.objects.get()
    old.pk, old.slug, old.amount = None, "old", 1
    old.observed_on = today - dt.timedelta(days=400)
    old.save()
    assert lines(client, both)["Lowest on-demand price"][0] == "2.5"
    assert f"Acme Cloud, seen on {today} (fresh)" in get(client, both).content.decode()


def test_an_old_price_is_the_lowest_where_there_is_no_fresh_one(client, both):
    Offer.objects.update(observed_on=None)
    assert lines(client, both)["Lowest on-demand price"][0] == "2.5"
    assert "Acme Cloud, date unknown" in get(client, both).content.decode()


def test_the_order_of_the_address_is_kept(client, both):
    assert lines(client, both[::-1])[""] == [PCIE["name"], SXM["name"]]


def test_a_side_can_be_removed_by_a_link(client, both):
    html = get(client, both).content.decode()
    assert f"?kind=accelerators&amp;id={both[1]}" in html


def test_more_than_six_are_refused(client, both):
    answer = get(client, [f"a{i}" for i in range(7)])
    assert answer.status_code == 400
    assert "At most 6" in answer.content.decode()


def test_an_unknown_kind_is_refused(client, db):
    answer = client.get("/compare/?kind=rockets")
    assert answer.status_code == 400
    assert "rockets" in answer.content.decode()


def test_an_unknown_row_is_said_and_the_others_stay(client, both):
    answer = get(client, [both[0], "nothing"])
    assert answer.status_code == 400
    assert SXM["name"] in answer.content.decode()
    assert (
        "Not among the accelerators of the catalog: &#x27;nothing&#x27;." in answer.content.decode()
    )


@pytest.mark.parametrize("chosen", [[SXM["slug"], "nothing"], ["nothing"], []])
def test_a_csv_is_refused_when_a_column_would_be_missing(client, both, chosen):
    answer = get(client, chosen, format="csv")
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("form", ["", "csv"])
def test_prices_of_a_past_day_are_refused(client, both, form):
    answer = get(client, both, as_of="2026-05-01", format=form)
    assert answer.status_code == 400
    assert "prices of today only" in answer.content.decode()


def test_a_name_that_a_spreadsheet_would_run_is_quoted(client, both):
    Accelerator.objects.filter(slug=both[0]).update(name="=1+1")
    assert lines(client, both)[""][0] == "'=1+1"


def test_servers_and_offers_compare_too(client, data):
    data.load()
    server, offer = Server.objects.get(), Offer.objects.first()
    assert client.get("/compare/", {"kind": "servers", "id": [server.slug]}).status_code == 200
    assert client.get("/compare/", {"kind": "offers", "id": [offer.pk]}).status_code == 200
    assert client.get("/compare/", {"kind": "offers", "id": ["x", "9" * 40]}).status_code == 400


def test_a_server_is_named_with_its_accelerators(client, data):
    data.load()
    html = client.get("/compare/", {"kind": "servers", "id": [Server.objects.get().slug]}).content
    assert "Boxer Box 8 (8 x NVIDIA H100 SXM5 80GB)" in html.decode()


def test_a_server_has_what_a_watt_and_a_dollar_buy(client, data):
    data.load()
    server = Server.objects.get()
    bought = {"pricing": "buy", "unit": "each", "amount": 300_000, "server": server}
    Offer.objects.filter(pk=Offer.objects.first().pk).update(**bought, instance=None)
    query = {"kind": "servers", "id": [server.slug], "format": "csv"}
    rows = exported(client, query)
    assert rows["Lowest purchase price"] == "300,000"
    memory = 8 * SXM["capacity_gb"]
    assert float(rows["Accelerator memory, together"]) == pytest.approx(memory)
    per_thousand = float(rows["Accelerator memory per 1,000 dollars"])
    assert per_thousand == pytest.approx(memory / 300, abs=1e-3)


def test_an_offer_has_what_its_own_price_buys(client, data):
    data.load()
    query = {"kind": "offers", "id": [Offer.objects.get().pk], "format": "csv"}
    rows = exported(client, query)
    bandwidth = float(rows["Bandwidth per unit of money and hour"].replace(",", ""))
    assert bandwidth == pytest.approx(3350 / 2.5, rel=1e-3)


def test_rows_of_a_list_can_be_ticked(client, both):
    html = client.get("/accelerators/").content.decode()
    assert f'value="{both[0]}" form="compare"' in html
    assert Accelerator.objects.count() == 2


def test_a_comparison_takes_a_bounded_number_of_queries(
    client, both, django_assert_max_num_queries
):
    with django_assert_max_num_queries(14):
        get(client, both)
