import csv
import io
import json

import pytest
from django.core.management import call_command

from catalog.models import CatalogRevision
from sizing.models import Sizing
from tests.sizing.pages.test_sizing_pages import FORM
from tests.sizing.services.test_past_day import market, seen

__all__ = ["market"]
pytestmark = pytest.mark.django_db
DAY = "2026-05-01"


@pytest.fixture
def past(client, market):
    """A sizing of a past day, made in the browser."""
    response = client.post("/size/", {**FORM, "as_of": DAY})
    assert response.status_code == 302, response.context["form"].errors
    return Sizing.objects.get()


def test_the_form_asks_for_the_prices_of_a_day(past):
    assert past.request["constraints"]["as_of"] == DAY
    assert str(past.prices_as_of) == DAY


def test_the_page_says_of_which_day_its_prices_are(client, past):
    page = client.get(past.get_absolute_url()).content.decode()
    assert "<b>Prices as of 1 May 2026.</b>" in page
    assert "<dt>Prices as of</dt><dd>1 May 2026</dd>" in page


def test_links_of_the_page_lead_to_the_prices_of_that_day(client, past):
    ranked = client.get(past.get_absolute_url()).context["view"].recommendations
    priced = next(item for item in ranked if item.offer_url)
    assert priced.offer_url.endswith(f"?as_of={DAY}")
    assert priced.system_url.endswith(f"?as_of={DAY}")


def test_the_age_of_a_price_is_counted_from_that_day(client, market):
    seen("acme-h100-8", "24.00", DAY)
    client.post("/size/", {**FORM, "as_of": DAY})
    ranked = client.get(Sizing.objects.get().get_absolute_url()).context["view"].recommendations
    ages = {item.data["system"]["slug"]: item.cost_age for item in ranked if item.data["cost"]}
    assert ages["acme-h100-8"] == ""


def test_a_copy_keeps_the_day_until_it_is_cleared(client, past):
    page = client.get("/size/", {"from": past.pk})
    assert f'value="{DAY}"' in str(page.context["form"]["as_of"])
    assert not page.context["left_behind"]
    today = client.get("/size/", {"from": past.pk, "as_of": ""})
    assert 'value=""' in str(today.context["form"]["as_of"])


@pytest.mark.parametrize("day", ["2999-01-01", "2026-01-01", "1 May"])
def test_a_day_without_prices_is_refused_at_its_field(client, market, day):
    response = client.post("/size/", {**FORM, "as_of": day})
    assert response.status_code == 400
    assert list(response.context["form"].errors) == ["as_of"]
    assert Sizing.objects.count() == 0


def test_a_comparison_names_the_day_of_each(client, past):
    client.post("/size/", FORM)
    other = Sizing.objects.exclude(pk=past.pk).get()
    found = client.get("/sizings/compare/", {"id": [past.pk, other.pk]}).context["comparison"]
    different = {line.label: [cell.text for cell in line.cells] for line in found.different}
    assert different["Prices as of"] == [DAY, "the day of the answer"]


def test_the_csv_carries_the_day(client, past):
    text = client.get(f"/sizings/{past.pk}/ranking.csv").content.decode()
    assert {row["prices_as_of"] for row in csv.DictReader(io.StringIO(text))} == {DAY}


def test_a_purchase_request_warns_of_prices_of_a_past_day(client, past):
    page = client.get(f"/sizings/{past.pk}/purchase/").content.decode()
    assert "Prices are as of 1 May 2026: size again without a day before ordering." in page


def test_the_api_answers_with_the_day_and_shows_it_again(client, past):
    body = client.post("/api/v1/sizings/", past.request, content_type="application/json").json()
    assert body["prices_as_of"] == DAY
    assert client.get(f"/api/v1/sizings/{body['id']}/").json()["prices_as_of"] == DAY


def test_the_table_of_the_terminal_begins_with_the_day(past, tmp_path, capsys):
    path = tmp_path / "request.json"
    path.write_text(json.dumps(past.request))
    call_command("size", str(path), table=True)
    assert capsys.readouterr().out.startswith("Prices as of 1 May 2026.\n")


def test_an_old_answer_leads_to_what_changed_in_the_catalog_since(client, past):
    known = int(past.answer.catalog_revision.removeprefix("r"))
    CatalogRevision.objects.create(fingerprint="later", reason="test")
    page = client.get(past.get_absolute_url()).content.decode()
    assert f'href="/changes/?revision_min={known + 1}"' in page


def test_a_page_of_a_past_day_leads_to_sizing_at_its_prices(client, market):
    page = client.get(f"/accelerators/nvidia-h100-sxm5-80gb/?as_of={DAY}").content.decode()
    assert f'href="/size/?as_of={DAY}"' in page
