import datetime as dt

import pytest
from django.core.cache import cache
from django.utils import timezone

from catalog.models import InstanceType, Offer, ValueReport
from tests.catalog.data_folder import SXM

FACT = f"/accelerators/{SXM['slug']}/facts/tdp_w/"
GIVEN = {"value": "650", "source_url": "https://maker.example/h100.pdf"}


@pytest.fixture(autouse=True)
def loaded(data):
    data.load()


def send(client, url=f"{FACT}report/", **given):
    return client.post(url, GIVEN | given)


def test_a_fact_page_leads_to_the_form(client):
    assert f"{FACT}report/" in client.get(FACT).content.decode()


def test_the_form_says_what_the_catalog_says(client):
    assert "<b>700 W</b>" in client.get(f"{FACT}report/").content.decode()


def test_anybody_can_report_a_value_without_an_address(client):
    response = send(client, remark="Page 2.")
    assert (response.status_code, response.url) == (302, FACT)
    report = ValueReport.objects.get()
    assert (report.stated_value, report.proposed_value, report.email) == ("700", "650", "")
    assert (report.status, report.read_on) == ("open", timezone.localdate())
    assert "1 report about this value waits" in client.get(FACT).content.decode()


@pytest.mark.parametrize(
    ("given", "named", "remedy"),
    [
        ({"value": "much"}, "What it should be", "a number above 0 in W"),
        ({"value": ""}, "What it should be", "Write what the source says"),
        ({"value": "-5"}, "What it should be", "a number above 0 in W"),
        ({"value": "nan"}, "What it should be", "a number above 0 in W"),
        ({"value": "700"}, "What it should be", "The catalog says so already"),
        ({"source_url": "a datasheet"}, "Where it says so", "Write the whole address"),
        ({"source_url": ""}, "Where it says so", "Write the whole address"),
        ({"email": "me"}, "E-mail", "or leave it empty"),
        ({"read_on": "May"}, "Read on", "Write a date as"),
        ({"read_on": "2999-01-01"}, "Read on", "This day lies ahead"),
    ],
)
def test_a_wrong_report_answers_400_with_field_and_remedy(client, given, named, remedy):
    response = send(client, **given)
    html = response.content.decode()
    assert response.status_code == 400
    assert "Nothing was sent" in html
    assert f">{named}</a>: " in html
    assert remedy in html
    assert not ValueReport.objects.exists()


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("link_kind", "NVLink bridge", "string"),
        ("released_on", "2022-10-01", "October"),
        ("pci_device_ids", "10de:2330, 10de:2331", "2330"),
        ("multiprocessors", "132", "132.5"),
        ("memory_type", "HBM2e", " "),
    ],
)
def test_each_kind_of_field_is_read_as_its_column_holds_it(client, field, good, bad):
    url = f"/accelerators/{SXM['slug']}/facts/{field}/report/"
    assert send(client, url, value=bad).status_code == 400
    assert send(client, url, value=good).status_code == 302


def test_a_price_can_be_reported(client):
    offer = Offer.objects.get()
    response = send(client, f"{offer.get_absolute_url()}report/", value="18.5")
    assert (response.status_code, response.url) == (302, offer.get_absolute_url())
    assert ValueReport.objects.get().proposed_value == "18.5"


def test_an_instance_can_be_reported(client):
    url = InstanceType.objects.get().get_absolute_url()
    assert send(client, f"{url}facts/ram_gb/report/", value="1000").status_code == 302


@pytest.mark.parametrize("field", ["potato", "family", "slug", "notes"])
def test_only_facts_can_be_reported(client, field):
    url = f"/accelerators/{SXM['slug']}/facts/{field}/report/"
    assert client.get(url).status_code == 404


def test_one_address_cannot_flood_the_queue(client, settings):
    cache.clear()
    settings.REPORT_LIMIT = "1/hour"
    assert send(client).status_code == 302
    response = send(client)
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "Too many reports" in response.content.decode()
    assert ValueReport.objects.count() == 1
    cache.clear()


def test_a_day_of_reading_is_kept(client):
    send(client, read_on="2026-05-31")
    assert ValueReport.objects.get().read_on == dt.date(2026, 5, 31)
