import pytest
from django.urls import reverse

from sizing.models import Sizing, SizingAnswer

pytestmark = pytest.mark.django_db
FORM = {
    "model": "llama-3.1-8b",
    "config": "",
    "weights": "",
    "kv_cache": "",
    "runtime": "vllm",
    "input_tokens": "500",
    "output_tokens": "100",
    "load_mode": "concurrency",
    "load_amount": "16",
    "tpot_ms": "50",
    "objective": "cost",
    "acquisition": "any",
    "min_evidence": "datasheet",
    "max_accelerators": "16",
}


@pytest.fixture
def stored(client, catalog):
    response = client.post(reverse("sizing:size"), FORM)
    assert response.status_code == 302, response.content.decode()
    return Sizing.objects.get()


def test_the_form_offers_every_model_of_the_library(client, catalog):
    page = client.get(reverse("sizing:size")).content.decode()
    assert '<option value="mixtral-8x7b">' in page


@pytest.mark.parametrize("path", ["/size/", "/models/", "/accuracy/", "/calibrations/"])
def test_a_page_can_be_asked_for_its_headers_alone(client, catalog, path):
    assert client.head(path).status_code == 200


def test_a_valid_form_leads_to_a_page_of_its_own(client, stored):
    page = client.get(stored.get_absolute_url()).content.decode()
    assert "nvidia-h100-sxm5-80gb" in page
    assert "<svg" in page
    assert "acme-h100" in page


@pytest.mark.parametrize("part", ["", "ranking.csv", "narrowing/"])
def test_an_answer_is_kept_from_search_engines_and_shared_caches(client, stored, part):
    response = client.get(f"{stored.get_absolute_url()}{part}")
    assert response.status_code == 200
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "private" in response.headers["Cache-Control"]


def test_a_page_holds_no_inline_style_and_no_inline_script(client, stored):
    page = client.get(stored.get_absolute_url()).content.decode()
    assert "style=" not in page
    assert "<script>" not in page


def test_what_was_left_out_is_named_with_its_nearest_miss(client, catalog):
    response = client.post(reverse("sizing:size"), {**FORM, "tpot_ms": "12"})
    page = client.get(response.url).content.decode()
    assert "Left out, and why" in page
    assert "NVIDIA T4" in page


def test_a_wrong_field_is_told_beside_it_and_the_input_is_kept(client, catalog):
    response = client.post(reverse("sizing:size"), {**FORM, "model": "nope-9000"})
    page = response.content.decode()
    assert response.status_code == 400
    assert "nope-9000" in page
    assert 'aria-invalid="true"' in page
    assert not Sizing.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("input_tokens", "-5"),
        ("load_amount", "0"),
        ("load_amount", ""),
        ("config", "{broken"),
        ("config", '{"model_type": "llama"}'),
        ("config", "[]"),
        ("max_accelerators", "0"),
        ("tpot_ms", "nan"),
        ("budget_per_h", "-1"),
    ],
)
def test_nonsense_in_a_field_is_refused(client, catalog, field, value):
    response = client.post(reverse("sizing:size"), {**FORM, field: value})
    assert response.status_code == 400
    assert response.context["form"].errors
    assert not Sizing.objects.exists()


def test_a_pasted_configuration_is_sized(client, catalog, language_models):
    import json

    config = json.dumps(language_models[0].config)
    response = client.post(reverse("sizing:size"), {**FORM, "model": "", "config": config})
    assert response.status_code == 302


def test_the_maker_may_delete(client, stored):
    client.post(reverse("sizing:sizing_delete", args=[stored.pk]))
    assert not Sizing.objects.exists()


def test_a_stranger_may_not_delete(client, stored):
    client.cookies.clear()
    response = client.post(reverse("sizing:sizing_delete", args=[stored.pk]))
    assert response.status_code == 404
    assert Sizing.objects.exists()


def test_asking_again_in_the_same_browser_keeps_the_address(client, stored):
    client.post(reverse("sizing:size"), FORM)
    assert Sizing.objects.count() == 1


def test_a_stored_request_fills_the_form_again(client, stored):
    page = client.get(reverse("sizing:size"), {"from": stored.pk}).content.decode()
    assert 'value="llama-3.1-8b"' in page
    assert 'value="500"' in page


def test_an_older_catalog_is_said(client, stored):
    from catalog.services import record_edit

    record_edit("a price changed")
    assert "older catalog" in client.get(stored.get_absolute_url()).content.decode()


def test_low_bit_weights_come_with_a_warning(client, catalog):
    response = client.post(reverse("sizing:size"), {**FORM, "weights": "int4"})
    page = client.get(response.url).content.decode()
    assert "Output quality may change with int4 weights; compare it on your own work" in page
    # In the headline and in each card.
    assert page.count("arxiv.org/abs/2411.02355") == page.count("<article") + 1


def test_the_rest_of_the_server_is_shown_as_derived(client, stored):
    page = client.get(stored.get_absolute_url()).content.decode()
    assert "Host memory" in page and "2 x weights 16.1 GB + 100 GB" in page
    assert page.count('<span class="badge">derived</span>') == 4 * page.count("<article")


def test_an_impossible_request_says_so(client, catalog):
    response = client.post(reverse("sizing:size"), {**FORM, "tpot_ms": "0.001"})
    assert "Nothing in the catalog does this" in client.get(response.url).content.decode()


def test_the_page_of_an_answer_takes_a_constant_number_of_queries(
    client, stored, django_assert_max_num_queries
):
    with django_assert_max_num_queries(6):
        client.get(stored.get_absolute_url())


def test_drafts_and_cached_prompts_are_part_of_the_request(client, catalog):
    more = {"draft_tokens": "4", "acceptance_rate": "0.7", "prefix_cache_hit_rate": "0.5"}
    assert client.post(reverse("sizing:size"), FORM | more).status_code == 302
    workload = Sizing.objects.get().request["workload"]
    assert workload["speculation"] == {"draft_tokens": 4, "acceptance_rate": 0.7}
    assert workload["prefix_cache_hit_rate"] == 0.5


def test_drafts_without_an_acceptance_rate_are_refused_beside_the_field(client, catalog):
    page = client.post(reverse("sizing:size"), FORM | {"draft_tokens": "4"}).content.decode()
    assert 'name="acceptance_rate"' in page and 'aria-invalid="true"' in page
    assert not Sizing.objects.exists()


def test_the_answer_stands_before_everything_else(client, stored):
    page = client.get(stored.get_absolute_url()).content.decode()
    assert page.index('id="headline"') < page.index("What was asked") < page.index("ranked-title")


def test_the_ranking_downloads_as_csv(client, stored):
    answer = client.get(f"/sizings/{stored.pk}/ranking.csv")
    lines = answer.content.decode().splitlines()
    assert lines[0].startswith("rank,system,accelerator")
    ranks = {line.partition(",")[0] for line in lines[1:]}
    assert len(ranks) == len(stored.answer.content["recommendations"])


@pytest.mark.parametrize(("price", "words"), [("60", "pays from"), ("1e-6", "does not pay")])
def test_a_price_per_token_gives_the_break_even(client, stored, price, words):
    address = f"{stored.get_absolute_url()}?price_per_million={price}"
    assert words in client.get(address).content.decode()


@pytest.mark.parametrize("price", ["-1", "nan", "free", "1e999"])
def test_a_price_that_is_none_is_told(client, stored, price):
    address = f"{stored.get_absolute_url()}?price_per_million={price}"
    answer = client.get(address)
    assert answer.status_code == 200
    assert "Give a price above zero" in answer.content.decode()


def test_a_price_that_is_no_longer_fresh_is_marked_wherever_it_stands(client, stored):
    content = stored.answer.content
    for recommendation in filter(lambda one: one["cost"], content["recommendations"]):
        recommendation["cost"]["basis"]["observed_on"] = "2020-01-02"
    SizingAnswer.objects.update(content=content)

    page = client.get(stored.get_absolute_url()).content.decode()

    headline, _, ranking = page.partition("<article")
    assert "! historical" in headline
    assert "! historical" in ranking
