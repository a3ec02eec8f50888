import csv
import io

import pytest
from django.urls import reverse

from catalog.models import Offer
from sizing.comparing.columns import INTERRUPTIBLE, NO_OFFER
from sizing.models import Sizing
from tests.sizing.pages.test_sizing_pages import FORM

pytestmark = pytest.mark.django_db
CHAT = {"model": "llama-3.1-8b", "start": "chat-assistant"}
BOTH = ["nvidia-h100-sxm5-80gb", "nvidia-t4-16gb"]


def compared(client, ids, kind="accelerators", status=200, **workload):
    response = client.get(reverse("catalog:compare"), {"kind": kind, "id": ids, **workload})
    assert response.status_code == status
    return response


def lines(response):
    return {
        (line.label, line.unit): [(value.text, value.source) for value in line.values]
        for line in response.context["part"].lines
    }


def test_a_comparison_asks_for_a_workload(client, catalog):
    response = compared(client, BOTH)
    assert 'name="start"' in response.content.decode()
    assert response.context["part"].lines == ()


def test_each_column_has_the_engines_figures_with_intervals(client, catalog):
    found = lines(compared(client, BOTH, **CHAT))
    text, interval = found["Time per further token", "ms"][0]
    low, high = map(float, interval.split(" to "))
    assert low <= float(text) <= high
    assert found["Evidence", ""][0][0] in ("measured", "family", "datasheet")


def test_the_cost_per_token_has_the_interval_of_the_rate(client, catalog):
    found = lines(compared(client, BOTH[:1], **CHAT))
    cost = float(found["Cost", "per hour"][0][0].split()[0])
    unit, interval = found["Cost", "per 1M output tokens"][0]
    rate, _ = found["Generated tokens", "tokens/s"][0]
    assert float(unit.split()[0]) == pytest.approx(
        cost / 3600 / float(rate.replace(",", "")) * 1e6, rel=0.02
    )
    low, high = (float(part) for part in interval.split(" to "))
    assert low <= float(unit.split()[0]) <= high


def test_what_does_not_do_it_says_why(client, catalog):
    found = lines(compared(client, BOTH, **CHAT | {"model": "llama-3.1-405b"}))
    text, why = found["Best deployment of it", ""][1]
    assert text == "does not do it"
    assert why


def test_a_server_is_judged_by_itself(client, catalog):
    found = lines(compared(client, ["boxer-b8"], kind="servers", **CHAT))
    _, where = found["Best deployment of it", ""][0]
    assert "B8" in where
    assert found["Cost", "per hour"][0] == ("no cost", NO_OFFER)


def test_interruptible_capacity_is_no_cost_of_a_service(client, catalog):
    Offer.objects.filter(slug="acme-h100-1").update(pricing="spot")
    offer = Offer.objects.get(slug="acme-h100-1")
    found = lines(compared(client, [offer.pk], kind="offers", **CHAT))
    assert found["Cost", "per hour"][0] == ("no cost", INTERRUPTIBLE)


def test_an_offer_is_judged_at_its_own_price(client, catalog):
    offer = Offer.objects.get(slug="acme-h100-1")
    Offer.objects.filter(slug="acme-h100-8").update(amount="1.00")
    found = lines(compared(client, [offer.pk], kind="offers", **CHAT))
    assert found["Cost", "per hour"][0][1] == "Acme-Cloud, rent, seen 2026-11-01"
    assert "h100.1" in found["Best deployment of it", ""][0][1]


def test_no_cost_is_made_of_a_suspect_offer(client, catalog):
    offer = Offer.objects.get(slug="acme-h100-1")
    Offer.objects.filter(pk=offer.pk).update(status="suspect")
    found = lines(compared(client, [offer.pk], kind="offers", **CHAT))
    assert found["Best deployment of it", ""][0][1].startswith("This offer is suspect")


def test_a_variant_that_the_catalog_knows_too_little_of_says_so(client, catalog):
    catalog["t4"].memory_bandwidth_gb_s = None
    catalog["t4"].save()
    found = lines(compared(client, BOTH, **CHAT))
    assert "knows too little" in found["Best deployment of it", ""][1][1]


def test_a_model_that_nobody_knows_is_refused_at_its_field(client, catalog):
    response = compared(client, BOTH, model="llama-3.1-8", start="agent", status=400)
    (problem,) = response.context["part"].context["form"].errors["model"]
    assert "The nearest: llama-3.1-8b" in problem


def test_a_stored_sizing_can_be_the_workload(client, catalog):
    client.post("/size/", {**FORM, "vendors": ["amd"]})
    sizing = Sizing.objects.get()
    response = compared(client, BOTH, sizing=sizing.pk)
    assert lines(response)["Best deployment of it", ""][0][0] != "does not do it"
    assert ("Model", "llama-3.1-8b") in response.context["part"].context["facts"]


def test_a_sizing_that_is_not_there_is_refused_at_its_field(client, catalog):
    response = compared(client, BOTH, sizing="nothing", status=400)
    assert list(response.context["part"].context["form"].errors) == ["sizing"]


def test_taking_one_out_keeps_the_workload(client, catalog):
    page = compared(client, BOTH, **CHAT).content.decode()
    assert "id=nvidia-t4-16gb&amp;model=llama-3.1-8b&amp;start=chat-assistant" in page


def test_the_csv_has_the_workload_too(client, catalog):
    text = compared(client, BOTH, **CHAT, format="csv").content.decode()
    labels = [row[0] for row in csv.reader(io.StringIO(text))]
    assert "Time per further token" in labels


def test_a_csv_of_a_wrong_workload_says_what_is_wrong(client, catalog):
    response = compared(client, BOTH, status=400, sizing="nothing", format="csv")
    assert response.content.decode().startswith("sizing: No sizing has this address")


def test_an_answer_leads_to_its_accelerators_side_by_side(client, catalog):
    client.post("/size/", FORM)
    sizing = Sizing.objects.get()
    address = client.get(sizing.get_absolute_url()).context["side_by_side_url"]
    assert f"sizing={sizing.pk}" in address
    found = lines(client.get(address))
    ranked = sizing.answer.content["recommendations"]
    assert len(found["Best deployment of it", ""]) == len(
        {entry["accelerator"] for entry in ranked}
    )
