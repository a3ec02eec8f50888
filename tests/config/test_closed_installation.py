import pytest
from knox.models import AuthToken

from config import operator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _closed(settings):
    settings.REQUIRE_SIGN_IN = True


def test_pages_send_strangers_to_sign_in(client):
    answer = client.get("/accelerators/?search=H100")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=/accelerators/%3Fsearch%3DH100"


def test_the_api_answers_strangers_with_401(client):
    answer = client.get("/api/v1/accelerators/")
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "not_authenticated"


def test_a_token_opens_the_api(client):
    _, token = AuthToken.objects.create(user=operator.ensure_operator())
    answer = client.get("/api/v1/accelerators/", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_a_false_token_does_not(client):
    answer = client.get("/api/v1/accelerators/", headers={"Authorization": "Bearer nothing"})
    assert answer.status_code == 401


def test_health_stays_open(client):
    assert client.get("/healthz").status_code == 200
