import re
import subprocess
import sys

import pytest

from catalog.models import Offer
from sizing.models import Sizing
from tests.sizing.pages.test_sizing_pages import FORM

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(client, catalog):
    more = {"weights": "int4", "peak_factor": "2", "spare_replicas": "1"}
    assert client.post("/size/", {**FORM, **more}).status_code == 302
    return Sizing.objects.get()


def page_of(client, row, **query):
    return client.get(f"/sizings/{row.pk}/purchase/", query)


def pdf_of(client, row, **query):
    return client.get(f"/sizings/{row.pk}/purchase.pdf", query)


def rows_of(sheet):
    return {label: text for _, rows in sheet.sections for label, text in rows}


def pages(pdf):
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_the_sheet_says_what_for_how_much_and_how_sure(client, stored):
    sheet = page_of(client, stored).context["sheet"]
    rows = rows_of(sheet)
    assert sheet.title == "Rental request"
    assert rows["Model"] == "llama-3.1-8b"
    assert rows["Replicas"].startswith("4 = 3 that carry it + 1 spare")
    assert "host memory" in rows["Each node"] and "derived, not measured" in rows["Each node"]
    assert " to " in rows["Time to first token"]
    assert rows["Offer"].endswith("seen 2026-11-01")
    assert rows["Evidence"]
    assert any("arxiv.org" in note for note in sheet.notes)


def test_a_month_is_730_hours_and_a_half(client, stored):
    rows = rows_of(page_of(client, stored).context["sheet"])
    cost = stored.answer.content["recommendations"][0]["cost"]
    assert rows["Per month"] == f"{float(cost['per_h']) * 730.5:,.2f} USD (730.5 h)"


def test_a_system_without_an_offer_asks_for_a_quote(client, catalog):
    Offer.objects.all().delete()
    assert client.post("/size/", FORM).status_code == 302
    sheet = page_of(client, Sizing.objects.get()).context["sheet"]
    assert sheet.title == "Hardware request"
    assert "ask for a quote" in rows_of(sheet)["Price"]


def test_a_purchase_multiplies_the_price_of_a_system(client, catalog, vendors, source):
    import datetime as dt

    Offer.objects.create(
        slug="boxed",
        provider=vendors["boxer"],
        server_id=catalog["h100"].servers.get().pk,
        accelerator=catalog["h100"],
        accelerator_count=8,
        accelerator_stated="H100",
        pricing="buy",
        amount=300_000,
        currency="USD",
        unit="each",
        observed_on=dt.date(2026, 11, 1),
        source=source,
    )
    client.post("/size/", {**FORM, "acquisition": "buy"})
    sheet = page_of(client, Sizing.objects.get()).context["sheet"]
    assert sheet.title == "Purchase request"
    assert rows_of(sheet)["Price"] == "1 x 300,000.00 = 300,000.00 USD"
    assert "36 months, 60 % use" in rows_of(sheet)["Assumed"]


def test_another_rank_has_a_sheet_of_its_own(client, stored):
    assert page_of(client, stored, rank="2").context["rank"] == 2
    assert pdf_of(client, stored, rank="2").content != pdf_of(client, stored).content


@pytest.mark.parametrize("rank", ["0", "999", "first", "-1"])
def test_a_rank_that_is_not_there_is_not_found(client, stored, rank):
    assert page_of(client, stored, rank=rank).status_code == 404
    assert pdf_of(client, stored, rank=rank).status_code == 404


def test_a_sizing_without_an_answer_has_no_sheet(client, catalog):
    client.post("/size/", {**FORM, "tpot_ms": "0.001"})
    assert page_of(client, Sizing.objects.get()).status_code == 404


def test_the_download_is_one_page_of_pdf(client, stored):
    answer = pdf_of(client, stored)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert pages(answer.content) == 1
    assert b"Rental request" in answer.content


def test_a_long_request_in_foreign_letters_still_fits_one_page(client, stored):
    config = {"model_type": "長い <b>name</b> & more " * 40}
    stored.request["workload"]["model"] = {"config": config}
    stored.save()
    answer = pdf_of(client, stored)
    assert answer.status_code == 200
    assert pages(answer.content) == 1


def test_the_same_sizing_gives_the_same_file(client, stored):
    assert pdf_of(client, stored).content == pdf_of(client, stored).content


@pytest.mark.parametrize("name", ["purchase/", "purchase.pdf"])
def test_a_sheet_is_kept_from_search_engines_and_shared_caches(client, stored, name):
    answer = client.get(f"/sizings/{stored.pk}/{name}")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "private" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["purchase/", "purchase.pdf"])
def test_an_unknown_sizing_has_no_sheet(client, db, name):
    assert client.get(f"/sizings/nothing-here/{name}").status_code == 404


def test_the_page_of_an_answer_leads_to_the_sheet(client, stored):
    page = client.get(stored.get_absolute_url()).content.decode()
    assert f"/sizings/{stored.pk}/purchase/" in page


def test_the_web_loads_the_pdf_library_only_for_a_download():
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; "
        "import config.wsgi; from django.urls import get_resolver; get_resolver().url_patterns; "
        "print('reportlab' in sys.modules, 'PIL' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]
