import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_the_library_lists_models_with_the_engines_figures(client, catalog):
    page = client.get(reverse("sizing:models")).content.decode()
    assert "8.03" in page
    assert "131" in page


def test_the_library_is_searched_by_every_word(client, catalog):
    page = client.get(reverse("sizing:models"), {"search": "llama 405"}).content.decode()
    assert "llama-3.1-405b" in page
    assert "mixtral" not in page


def test_the_library_takes_a_constant_number_of_queries(
    client, catalog, django_assert_max_num_queries
):
    client.get(reverse("sizing:models"))
    with django_assert_max_num_queries(4):
        client.get(reverse("sizing:models"))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"min_parameters_b": "abc"}, "Enter a number."),
        ({"ordering": "zzz"}, "zzz is not one of the available choices."),
    ],
)
def test_a_filter_that_the_library_cannot_apply_is_refused_at_its_field(
    client, catalog, query, message
):
    response = client.get(reverse("sizing:models"), query)
    assert response.status_code == 400
    assert message in response.content.decode()
    assert "llama-3.1-405b" not in response.content.decode()


@pytest.mark.parametrize("query", [{"device": "abc"}, {"ordering": "zzz"}])
def test_a_filter_that_calibrations_cannot_apply_is_refused_by_its_name(client, catalog, query):
    response = client.get(reverse("sizing:calibrations"), query)
    assert response.status_code == 400
    assert f"<code>{next(iter(query))}</code>: Select a valid choice." in response.content.decode()


def test_a_model_shows_its_configuration(client, catalog):
    page = client.get(reverse("sizing:model", args=["mixtral-8x7b"])).content.decode()
    assert "num_local_experts" in page
    assert "46.7" in page


def test_an_unreadable_configuration_is_said_not_hidden(client, catalog):
    from catalog.models import LanguageModel

    LanguageModel.objects.create(slug="odd", name="Odd", config={"model_type": "x"}, source="x")
    assert client.get(reverse("sizing:models")).status_code == 200
    page = client.get(reverse("sizing:model", args=["odd"])).content.decode()
    assert "cannot read this configuration" in page


def test_the_api_gives_the_same_figures(client, catalog):
    body = client.get("/api/v1/models/llama-3.1-8b/").json()
    assert body["figures"]["parameters"] == 8_030_261_248
    assert body["figures"]["kv_bytes_per_token"]["bf16"] == 131_072
    assert body["config"]["hidden_size"] == 4096


def test_the_api_list_is_paged(client, catalog):
    body = client.get("/api/v1/models/", {"page_size": 2}).json()
    assert (body["count"], len(body["results"])) == (3, 2)
    assert body["next"]


def test_the_api_list_takes_a_constant_number_of_queries(
    client, catalog, django_assert_max_num_queries
):
    client.get("/api/v1/models/")
    with django_assert_max_num_queries(3):
        client.get("/api/v1/models/")


def test_the_api_list_is_had_as_csv(client, catalog):
    response = client.get("/api/v1/models/", {"format": "csv", "search": "mixtral"})
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert len(lines) == 2
    assert "figures.weights_gb.fp8" in lines[0]


def test_the_accuracy_page_shows_every_row_of_the_report(client, db, monkeypatch):
    row = {"kind": "gemm", "metric": "tflops", "n": 14, "median_ape": 0.0123, "bias": None}
    report = {
        "engine_version": "1",
        "calibration": "c",
        "generated_on": "2026-01-01",
        "cases": 14,
        "figures": 14,
        "ordering": [],
        "loads": [],
        "rows": [row],
        "sources": [{**row, "source": "somebody"}],
        "cross_validation": [{**row, "left_out": "device"}],
    }
    monkeypatch.setattr("sizing.views.accuracy.shipped_accuracy", lambda: report)
    page = client.get(reverse("sizing:accuracy")).content.decode()
    assert page.count("1.2 %") == 3
    assert "somebody" in page


def test_an_installation_without_a_report_says_how_to_make_one(client, db, monkeypatch):
    monkeypatch.setattr("sizing.views.accuracy.shipped_accuracy", lambda: None)
    assert "manage.py accuracy" in client.get(reverse("sizing:accuracy")).content.decode()


def test_every_figure_behind_the_accuracy_is_on_a_page_and_in_a_csv(client):
    address = "/accuracy/rows/?metric=ttft_ms&source=trtllmsrv"
    page = client.get(address).content.decode()
    lines = b"".join(client.get(f"{address}&format=csv").streaming_content).decode().splitlines()
    assert "60 figures" in page
    assert len(lines) == 61
    assert "/accuracy/rows/" in client.get("/accuracy/").content.decode()
