"""A mistyped filter may not pass for none."""

import pytest

pytestmark = pytest.mark.django_db


def lists(client):
    """Every list of the API with the query parameters that the document gives it."""
    paths = client.get("/api/v1/schema/?format=json").json()["paths"]
    for path, methods in paths.items():
        asked = methods.get("get", {}).get("parameters", ())
        names = {one["name"] for one in asked if one["in"] == "query"}
        if "page" in names:
            yield path.replace("{key}", "1"), names


def errors(client, path, **query):
    answer = client.get(path, query)
    assert answer.status_code == 400, path
    return {error["attr"]: error for error in answer.json()["errors"]}


def test_every_list_refuses_what_it_does_not_know_and_names_what_its_document_does(client):
    asked = list(lists(client))
    for path, names in asked:
        error = errors(client, path, nothing="1")["nothing"]
        assert error["code"] == "unknown_parameter"
        known = error["detail"].partition("It knows ")[2].rstrip(".").split(", ")
        assert set(known) == names, path
    assert len(asked) > 12


def test_the_nearest_name_is_offered(client):
    assert (
        "Did you mean provider?"
        in errors(client, "/api/v1/offers/", provder="aws")["provder"]["detail"]
    )


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_file_is_refused_too(client, form):
    assert (
        "familly" in client.get(f"/api/v1/accelerators/?familly=x&format={form}").content.decode()
    )


def test_what_a_page_links_to_is_known(client):
    query = {"columns": "name,vendor", "search": "h100", "tdp_w_min": "300", "ordering": "-tdp_w"}
    page = client.get("/accelerators/", query)
    assert client.get(page.context["csv_url"]).status_code == 200
