import datetime as dt

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from knox.models import AuthToken

from sizing.models import Sizing, SizingAnswer

pytestmark = pytest.mark.django_db
REQUEST = {
    "workload": {
        "kind": "llm-inference",
        "model": "llama-3.1-8b",
        "input_tokens": 500,
        "output_tokens": 100,
        "load": {"mode": "concurrency", "requests": 16},
    },
    "objective": "cost",
    "constraints": {"tpot_ms": 50},
}


def post(client, body=REQUEST, **headers):
    url = "/api/v1/sizings/"
    return client.post(url, body, content_type="application/json", headers=headers)


@pytest.fixture
def bearer(db):
    user = get_user_model().objects.create_user("maker")
    return {"Authorization": f"Bearer {AuthToken.objects.create(user=user)[1]}"}


def test_a_sizing_is_created_with_its_address(client, catalog):
    response = post(client)
    assert response.status_code == 201, response.content
    body = response.json()
    assert body["status"] == "done"
    assert body["url"].endswith(f"/sizings/{body['id']}/")
    assert response.headers["Location"] == body["url"]
    assert body["recommendations"][0]["rank"] == 1
    assert body["catalog_revision"].startswith("r")


def test_a_stored_sizing_is_shown_again_as_it_was(client, catalog):
    created = post(client).json()
    shown = client.get(f"/api/v1/sizings/{created['id']}/").json()
    del created["delete_token"]
    assert shown == created


def test_the_same_request_gets_the_same_stored_answer(client, catalog):
    first, second = post(client).json(), post(client).json()
    assert first["recommendations"] == second["recommendations"]
    assert SizingAnswer.objects.count() == 1


def test_a_wrong_limit_is_refused_after_a_right_request(client, catalog):
    post(client)
    assert post(client, {**REQUEST, "limit": 0}).status_code == 400


def test_the_same_maker_gets_the_same_address(client, catalog, bearer):
    assert post(client, **bearer).json()["id"] == post(client, **bearer).json()["id"]


def test_strangers_who_ask_the_same_get_addresses_of_their_own(client, catalog):
    assert post(client).json()["id"] != post(client).json()["id"]


def test_a_new_catalog_revision_makes_a_new_answer(client, catalog):
    from catalog.services import record_edit

    post(client)
    record_edit("a price changed")
    post(client)
    assert SizingAnswer.objects.count() == 2


def test_only_the_token_of_creation_deletes(client, catalog):
    created = post(client).json()
    url = f"/api/v1/sizings/{created['id']}/"
    assert client.delete(url).status_code in (401, 403)
    assert client.delete(url, headers={"X-Delete-Token": "guess"}).status_code in (401, 403)
    token = {"X-Delete-Token": created["delete_token"]}
    assert client.delete(url, headers=token).status_code == 204
    assert client.get(url).status_code == 404
    assert not SizingAnswer.objects.exists()


def test_the_owner_deletes_without_a_token(client, catalog, bearer):
    created = post(client, **bearer).json()
    assert created["delete_token"] is None
    url = f"/api/v1/sizings/{created['id']}/"
    assert client.delete(url, headers=bearer).status_code == 204


def test_deleting_one_keeps_the_answer_that_another_shows(client, catalog):
    first, second = post(client).json(), post(client).json()
    token = {"X-Delete-Token": first["delete_token"]}
    client.delete(f"/api/v1/sizings/{first['id']}/", headers=token)
    assert client.get(f"/api/v1/sizings/{second['id']}/").status_code == 200


def test_an_expired_sizing_is_gone(client, catalog):
    created = post(client).json()
    Sizing.objects.update(created_at=timezone.now() - dt.timedelta(days=91))
    assert client.get(f"/api/v1/sizings/{created['id']}/").status_code == 404


def test_a_new_answer_forgets_expired_ones(client, catalog):
    post(client)
    Sizing.objects.update(created_at=timezone.now() - dt.timedelta(days=91))
    post(client, {**REQUEST, "objective": "latency"})
    assert Sizing.objects.count() == 1
    assert SizingAnswer.objects.count() == 1


def test_a_pinned_sizing_stays(client, catalog):
    created = post(client).json()
    old = timezone.now() - dt.timedelta(days=91)
    Sizing.objects.update(created_at=old, pinned=True)
    assert client.get(f"/api/v1/sizings/{created['id']}/").status_code == 200


@pytest.mark.parametrize(
    ("change", "attr"),
    [
        ({"measure": "yes"}, "measure"),
        ({"workload": None}, "workload"),
        ({"objective": "fame"}, "objective"),
        ({"constraints": {"tpot_ms": -1}}, "constraints.tpot_ms"),
        ({"constraints": {"vendors": ["nobody"]}}, "constraints.vendors"),
        ({"constraints": {"accelerators": ["H100"]}}, "constraints.accelerators"),
        ({"constraints": 5}, "constraints"),
    ],
)
def test_a_wrong_request_names_the_field_and_stores_nothing(client, catalog, change, attr):
    response = post(client, {**REQUEST, **change})
    assert response.status_code == 400, response.content
    assert attr in {error["attr"] for error in response.json()["errors"]}
    assert not Sizing.objects.exists()
    assert not SizingAnswer.objects.exists()


def test_an_unknown_sizing_is_not_found(client, db):
    assert client.get("/api/v1/sizings/nothing-here/").status_code == 404


def test_a_known_sizing_takes_a_constant_number_of_queries(
    client, catalog, django_assert_num_queries
):
    created = post(client).json()
    with django_assert_num_queries(1):
        client.get(f"/api/v1/sizings/{created['id']}/")
