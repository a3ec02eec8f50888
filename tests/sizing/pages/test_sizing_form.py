import pytest
from django.urls import reverse

from sizing.forms import SizingForm
from sizing.models import Sizing
from sizing.starting_points import STARTING_POINTS
from tests.sizing.pages.test_sizing_pages import FORM

pytestmark = pytest.mark.django_db
SIZE = "/size/"


def posted(client, **changes):
    response = client.post(SIZE, {**FORM, **changes})
    assert response.status_code == 302, response.context["form"].errors
    return Sizing.objects.get()


@pytest.mark.parametrize("point", STARTING_POINTS, ids=lambda point: point.slug)
def test_a_starting_point_fills_in_fields_that_can_be_sized(client, catalog, point):
    form = client.get(SIZE, {"start": point.slug}).context["form"]
    assert {name: form.initial[name] for name in point.fields} == point.fields
    filled = {name: value for name, value in form.initial.items() if value is not None}
    assert SizingForm({**filled, "model": "llama-3.1-8b"}).is_valid()


@pytest.mark.parametrize("point", STARTING_POINTS, ids=lambda point: point.slug)
def test_a_starting_point_says_where_its_numbers_come_from(client, catalog, point):
    assert "assumption" in point.origin
    page = client.get(SIZE, {"start": point.slug}).content.decode()
    assert page.count(point.origin) == 2


def test_a_starting_point_keeps_the_model_that_was_asked_for(client, catalog):
    page = client.get(SIZE, {"start": "agent", "model": "mixtral-8x7b"})
    assert page.context["form"].initial["model"] == "mixtral-8x7b"


def test_an_unknown_starting_point_leaves_the_form_as_it_is(client, catalog):
    response = client.get(SIZE, {"start": "nothing"})
    assert response.status_code == 200
    assert response.context["chosen"] is None


def test_peak_growth_and_spare_are_part_of_the_request(client, catalog):
    sizing = posted(client, peak_factor="1.5", growth_percent="20", spare_replicas="1")
    limits = sizing.request["constraints"]
    assert (limits["peak_factor"], limits["growth_percent"]) == (1.5, 20)
    assert limits["spare_replicas"] == 1


def test_the_answer_shows_how_peak_growth_and_spare_entered(client, catalog):
    sizing = posted(client, peak_factor="1.5", growth_percent="20", spare_replicas="1")
    page = client.get(sizing.get_absolute_url()).content.decode()
    assert "29 requests in flight = 16 stated x 1.5 busiest moment x 1.2 growth" in page
    assert "that carry it + 1 spare" in page
    assert "busiest moment 1.5 times the average; 20 % growth until replaced" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("peak_factor", "0.5"), ("growth_percent", "-3"), ("spare_replicas", "9")],
)
def test_a_wrong_factor_is_told_beside_its_field(client, catalog, field, value):
    response = client.post(SIZE, {**FORM, field: value})
    assert response.status_code == 400
    assert field in response.context["form"].errors


def test_a_peak_of_a_full_queue_is_told_beside_its_field(client, catalog):
    changes = {"load_mode": "saturated", "load_amount": "", "peak_factor": "2"}
    errors = client.post(SIZE, {**FORM, **changes}).context["form"].errors
    assert "no peak" in errors["peak_factor"][0]


def test_the_spread_of_answers_is_part_of_the_request(client, catalog):
    sizing = posted(client, output_tokens_p95="300")
    assert sizing.request["workload"]["output_tokens"] == {"mean": 100, "p95": 300}


def test_a_spread_below_the_mean_is_refused(client, catalog):
    errors = client.post(SIZE, {**FORM, "output_tokens_p95": "50"}).context["form"].errors
    assert "output_tokens_p95" in errors


def test_a_copy_fills_in_every_field_that_was_given(client, catalog):
    given = {
        "peak_factor": "1.5",
        "growth_percent": "20",
        "spare_replicas": "1",
        "output_tokens_p95": "300",
        "percentile": "95",
    }
    sizing = posted(client, **given)
    form = client.get(SIZE, {"from": sizing.pk}).context["form"]
    shown = {name: form[name].value() for name in (*FORM, *given)}
    again = client.post(SIZE, {name: value for name, value in shown.items() if value is not None})
    assert again.url == sizing.get_absolute_url()


def test_a_copy_names_what_the_form_has_no_field_for(client, catalog):
    body = {
        "workload": {
            "kind": "llm-inference",
            "model": "llama-3.1-8b",
            "input_tokens": 500,
            "output_tokens": {"mean": 100, "p50": 80, "p95": 300},
            "load": {"mode": "rate", "requests_per_s": 2},
        },
        "constraints": {"power_w": 9000, "headroom": 0},
    }
    client.post("/api/v1/sizings/", body, content_type="application/json")
    page = client.get(reverse("sizing:size"), {"from": Sizing.objects.get().pk})
    assert page.context["left_behind"] == ["constraints.power_w", "workload.output_tokens.p50"]
    assert "no field for constraints.power_w" in page.content.decode()


def test_break_even_reckons_with_what_the_deployment_can_generate_at_its_peak(client, catalog):
    sizing = posted(client, load_mode="rate", load_amount="2", peak_factor="3")
    address = f"{sizing.get_absolute_url()}?price_per_million=60"
    found = client.get(address).context["break_even"]
    first = sizing.answer.content["recommendations"][0]
    at_peak = first["sized_for"]["metrics"]["output_tokens_per_s"]["value"]
    assert found.most_tokens_per_month == pytest.approx(at_peak * 3600 * 730.5)
    assert at_peak > 2 * first["metrics"]["output_tokens_per_s"]["value"]
