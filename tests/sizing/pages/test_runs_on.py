import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
H100 = "nvidia-h100-sxm5-80gb"


def asked(client, slug=H100, **query):
    return client.get(reverse("sizing:runs_on", args=[slug]), query)


def rows(response):
    return {row.model.slug: row for row in response.context["rows"]}


def test_every_model_of_the_library_has_a_row(client, catalog):
    assert list(rows(asked(client))) == ["llama-3.1-8b", "mixtral-8x7b", "llama-3.1-405b"]


def test_a_model_that_fits_has_speed_with_its_interval(client, catalog):
    row = rows(asked(client))["llama-3.1-8b"]
    assert row.chosen.count == 1
    for metric in (row.ttft_ms, row.tpot_ms, row.output_tokens_per_s):
        assert 0 < metric.low < metric.value < metric.high


def test_a_model_that_does_not_fit_says_by_how_much(client, catalog):
    response = asked(client, precision="bf16")
    row = rows(response)["llama-3.1-405b"]
    assert row.chosen is None
    assert 20 < row.spreads[-1].short_gb < 40
    assert f"{row.spreads[-1].short_gb:.1f} short" in response.content.decode()


def test_narrower_weights_let_a_model_fit(client, catalog):
    assert rows(asked(client, precision="int4"))["llama-3.1-405b"].chosen.count == 4


def test_numbers_are_those_that_some_system_has(client, catalog):
    assert asked(client).context["found"].counts == (1, 2, 4, 8)
    assert asked(client, "nvidia-t4-16gb").context["found"].counts == (1,)


def test_the_number_can_be_chosen(client, catalog):
    assert {row.chosen.count for row in rows(asked(client, count=8, fits="yes")).values()} == {8}


def test_models_are_narrowed_by_size_and_by_fit(client, catalog):
    assert list(rows(asked(client, min_parameters_b=10, max_parameters_b=100))) == ["mixtral-8x7b"]
    assert list(rows(asked(client, precision="bf16", fits="no"))) == ["llama-3.1-405b"]


def test_rows_are_ordered_as_asked(client, catalog):
    assert next(iter(rows(asked(client, order="-size")))) == "llama-3.1-405b"
    found = rows(asked(client, order="rate", precision="int4")).values()
    rates = [row.output_tokens_per_s.value for row in found]
    assert rates == sorted(rates, reverse=True)


def test_wrong_input_is_said_at_its_field_and_everything_is_shown(client, catalog):
    response = asked(client, min_parameters_b="many", count=3, order="odd")
    assert set(response.context["form"].errors) == {"min_parameters_b", "count", "order"}
    assert len(response.context["rows"]) == 3


def test_the_larger_bound_below_the_smaller_is_refused_at_its_field(client, catalog):
    response = asked(client, min_parameters_b=10, max_parameters_b=5)
    assert set(response.context["form"].errors) == {"max_parameters_b"}


def test_a_model_that_cannot_be_read_is_named(client, catalog):
    from catalog.models import CatalogRevision, LanguageModel

    LanguageModel.objects.create(slug="odd", name="Odd", config={"model_type": "x"}, source="x")
    CatalogRevision.objects.create(fingerprint="odd", reason="test")
    assert "The engine cannot read Odd" in asked(client).content.decode()


def test_an_accelerator_without_figures_says_what_is_missing(client, catalog):
    row = catalog["t4"]
    row.memory_bandwidth_gb_s = None
    row.save()
    assert "memory_bandwidth_gb_s" in asked(client, row.slug).content.decode()


def test_an_unknown_accelerator_is_not_found(client, catalog):
    assert asked(client, "nothing").status_code == 404


def test_the_page_of_the_accelerator_leads_here(client, catalog):
    page = client.get(catalog["h100"].get_absolute_url()).content.decode()
    assert reverse("sizing:runs_on", args=[H100]) in page


def test_a_second_visit_takes_few_queries(client, catalog, django_assert_max_num_queries):
    asked(client)
    with django_assert_max_num_queries(3):
        asked(client)
