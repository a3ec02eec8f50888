import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("token", ["nothing", "\xff\xfe", "x" * 5000])
def test_a_token_that_is_none_is_a_401(client, token):
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/accelerators/", headers=headers).status_code == 401


def test_an_unknown_address_of_the_api_answers_in_its_shape(client):
    answer = client.get("/api/v1/acelerators/")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "not_found"


@pytest.mark.parametrize("path", ["offers/%00/", "offers/?search=%00", "sizings/a%00b/"])
def test_a_nul_in_an_address_is_a_400(client, path):
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 400
    assert "NUL" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize("path", ["/models/%00/", "/accelerators/?search=%00"])
def test_a_nul_in_the_address_of_a_page_is_a_400(client, path):
    answer = client.get(path)
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/html")


def test_an_unknown_page_answers_with_a_page(client):
    answer = client.get("/acelerators/")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_a_forgotten_slash_still_leads_to_the_list(client):
    answer = client.get("/api/v1/accelerators")
    assert answer.status_code == 301
    assert answer["Location"] == "/api/v1/accelerators/"


@pytest.mark.parametrize(("method", "status"), [("GET", 200), ("OPTIONS", 405), ("POST", 405)])
def test_the_browsable_document_is_only_read(client, method, status):
    assert client.generic(method, "/api/v1/docs/").status_code == status


def number_parameters(client):
    """Every query parameter of the API that the document calls a number."""
    paths = client.get("/api/v1/schema/?format=json").json()["paths"]
    for path, methods in paths.items():
        if "{" in path:
            continue
        for parameter in methods.get("get", {}).get("parameters", ()):
            if parameter["schema"].get("type") in ("number", "integer"):
                yield path, parameter["name"]


@pytest.mark.parametrize("value", ["-1.85e134", "1e400", "9" * 30, "NaN", "0.5"])
def test_a_number_that_no_column_holds_is_no_error_of_the_server(client, value):
    asked = list(number_parameters(client))
    statuses = {
        f"{path}?{name}": client.get(path, {name: value}).status_code for path, name in asked
    }
    assert {at: status for at, status in statuses.items() if status >= 500} == {}
    assert len(asked) > 20
