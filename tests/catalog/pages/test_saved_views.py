import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from catalog.models import SavedView

FORM = {"name": "Cheap H100", "noun": "offers", "query": "region=north&page=2&columns=amount"}


@pytest.fixture
def operator(db):
    return get_user_model().objects.create(username="ada")


def save(client, **changes):
    response = client.post("/views/new/", FORM | changes)
    assert response.status_code == 302
    return response["Location"]


def test_a_list_leads_to_saving_it_as_it_stands(data, client):
    data.load()
    html = client.get("/offers/?region=north&page=1").content.decode()
    address = re.search(r'href="(/views/new/[^"]*)"', html)[1].replace("&amp;", "&")
    form = client.get(address).content.decode()
    assert 'name="noun" value="offers"' in form
    assert 'name="query" value="region=north"' in form


def test_anyone_saves_a_list_and_opens_it_by_its_link(data, client):
    data.load()
    link = save(client)
    html = Client().get(link).content.decode()
    assert "Cheap H100" in html
    assert 'href="/offers/?region=north&amp;columns=amount"' in html


def test_each_parameter_stands_once_with_all_its_values(db, client):
    html = client.get(save(client, query="columns=amount&columns=region")).content.decode()
    assert "<dt>columns</dt><dd>amount, region</dd>" in html


def test_the_link_cannot_be_guessed(db, client):
    first, second = save(client), save(client)
    assert first != second
    assert len(first.strip("/").rpartition("/")[2]) >= 22


def test_a_saved_list_of_offers_has_a_feed_and_others_have_none(db, client):
    assert 'href="/offers/feed/?region=north"' in client.get(save(client)).content.decode()
    other = save(client, noun="servers", query="")
    assert "/feed/" not in client.get(other).content.decode()


def test_the_admin_leads_nobody_to_the_page_of_a_view(db, client, admin_client):
    save(client)
    kind = ContentType.objects.get_for_model(SavedView)
    view = SavedView.objects.get()
    assert admin_client.get(f"/admin/r/{kind.pk}/{view.pk}/").status_code == 404


def test_whoever_has_the_link_deletes_the_view(data, client):
    data.load()
    link = save(client)
    response = Client().post(f"{link}delete/")
    assert response["Location"] == "/offers/?region=north&columns=amount"
    assert client.get(link).status_code == 404


def test_opening_a_link_never_deletes(db, client):
    link = save(client)
    assert client.get(f"{link}delete/").status_code == 405
    assert client.get(link).status_code == 200


def test_deleting_asks_for_the_token_of_the_form(db, client):
    link = save(client)
    assert Client(enforce_csrf_checks=True).post(f"{link}delete/").status_code == 403
    assert client.get(link).status_code == 200


def test_the_operator_finds_what_they_saved_and_nobody_elses(operator, client):
    save(client, name="Of a stranger")
    client.force_login(operator)
    save(client, name="My own")
    html = client.get("/views/").content.decode()
    assert "My own" in html
    assert "Of a stranger" not in html


def test_a_stranger_is_shown_no_list_of_views(operator, client):
    client.force_login(operator)
    save(client, name="My own")
    assert "My own" not in Client().get("/views/").content.decode()


def test_search_engines_stay_out(db, client):
    for page in (save(client), "/views/"):
        response = client.get(page)
        assert response["X-Robots-Tag"] == "noindex"
        assert "private" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"name": "x" * 81}, "at most 80 characters"),
        ({"noun": "potatoes"}, "List: Select a valid choice"),
        ({"query": "q=" + "x" * 2000}, "Address: Ensure this value has at most 2000"),
    ],
)
def test_what_cannot_be_saved_is_named(db, client, wrong, said):
    response = client.post("/views/new/", FORM | wrong)
    assert response.status_code == 400
    assert said in response.content.decode()
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "query", ["//evil.example", "<script>alert(1)</script>", "a=%0d%0aSet-x: 1"]
)
def test_a_saved_address_never_leaves_the_site(db, client, query):
    view = SavedView.objects.get(token=save(client, query=query).strip("/").rpartition("/")[2])
    assert view.list_url.startswith("/offers/?")
    assert "<script>" not in client.get(view.page).content.decode()
