import pytest

from catalog.models import Offer
from tests.catalog.data_folder import OFFER, SXM

NOUNS = ["vendors", "accelerators", "servers", "instances", "offers", "sources"]


@pytest.fixture
def loaded(data):
    data.load()
    return data


@pytest.mark.parametrize("noun", NOUNS)
def test_a_list_has_the_shape_of_the_contract(loaded, client, noun):
    body = client.get(f"/api/v1/{noun}/").json()
    assert list(body) == ["count", "next", "previous", "results"]
    assert body["count"] == len(body["results"]) > 0


@pytest.mark.parametrize("noun", NOUNS)
def test_a_detail_is_found_by_slug(loaded, client, noun):
    first = client.get(f"/api/v1/{noun}/").json()["results"][0]
    assert client.get(f"/api/v1/{noun}/{first['slug']}/").json()["slug"] == first["slug"]


@pytest.mark.parametrize("noun", NOUNS)
def test_what_is_not_there_answers_404(db, client, noun):
    response = client.get(f"/api/v1/{noun}/none/")
    assert response.status_code == 404
    assert response.json()["errors"][0]["code"] == "not_found"


def test_page_size_is_honoured_and_capped(loaded, client):
    body = client.get("/api/v1/accelerators/?page_size=1").json()
    assert len(body["results"]) == 1
    assert "page=2" in body["next"]
    assert client.get("/api/v1/accelerators/?page_size=9999").status_code == 200


def test_a_filter_that_is_no_number_answers_400_and_names_the_field(loaded, client):
    response = client.get("/api/v1/accelerators/?tdp_w_min=much")
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert error["attr"].startswith("tdp_w")


@pytest.mark.parametrize("query", ["vendor=nobody", "ordering=potato", "link_kind=string"])
def test_a_choice_that_is_not_there_answers_400(loaded, client, query):
    assert client.get(f"/api/v1/accelerators/?{query}").status_code == 400


@pytest.mark.parametrize("path", ["accelerators", "servers", "instances", "offers"])
def test_every_offered_order_works(loaded, client, path):
    orders = client.get("/api/v1/schema/?format=json").json()["paths"][f"/api/v1/{path}/"]["get"]
    (choices,) = (p["schema"] for p in orders["parameters"] if p["name"] == "ordering")
    for order in choices["items"]["enum"]:
        answer = client.get(f"/api/v1/{path}/?ordering={order}")
        assert answer.status_code == 200, order


def test_an_order_by_nothing_leaves_the_usual_order(loaded, client):
    response = client.get("/api/v1/accelerators/?ordering=,,")
    assert response.json() == client.get("/api/v1/accelerators/").json()


def test_search_filters_and_order_work_as_on_the_page(loaded, client):
    query = "search=h100&memory_label_gb_min=70&ordering=-tdp_w"
    results = client.get(f"/api/v1/accelerators/?{query}").json()["results"]
    assert [row["slug"] for row in results] == [SXM["slug"], "nvidia-h100-pcie-80gb"]


def test_an_unknown_figure_is_null(loaded, client):
    row = client.get(f"/api/v1/accelerators/{SXM['slug']}/").json()
    assert row["fp8_tflops"] is None


def test_a_detail_carries_the_source_and_date_of_every_figure(loaded, client):
    facts = client.get(f"/api/v1/accelerators/{SXM['slug']}/").json()["facts"]
    (power,) = (fact for fact in facts if fact["field"] == "tdp_w")
    assert power["source"] == "datasheets"
    assert power["observed_on"] == "2026-11-01"


def test_money_is_a_decimal_string_with_its_currency(loaded, client):
    row = client.get("/api/v1/offers/").json()["results"][0]
    assert (row["amount"], row["currency"], row["unit"]) == ("20.0000", "USD", "h")
    assert row["amount_per_accelerator"] == "2.5000"


def test_an_offer_is_found_by_number_too(loaded, client):
    offer = Offer.objects.get()
    assert client.get(f"/api/v1/offers/{offer.pk}/").json()["slug"] == offer.slug


@pytest.mark.parametrize("key", ["0", "9" * 40, "-1"])
def test_an_offer_number_out_of_range_is_not_found(loaded, client, key):
    assert client.get(f"/api/v1/offers/{key}/").status_code == 404


def test_history_lists_every_observation_newest_first(loaded, client):
    loaded.offers = [OFFER | {"amount": "18.00", "observed_on": "2026-03-01"}]
    loaded.load()
    offer = Offer.objects.get()
    body = client.get(f"/api/v1/offers/{offer.pk}/history/").json()
    assert [row["amount"] for row in body["results"]] == ["18.0000", "20.0000"]


def test_the_history_of_an_unknown_offer_is_not_found(db, client):
    assert client.get("/api/v1/offers/7/history/").status_code == 404


@pytest.mark.parametrize("noun", NOUNS)
def test_lists_are_read_only(db, client, noun):
    assert client.post(f"/api/v1/{noun}/", {}).status_code in (401, 403, 405)
