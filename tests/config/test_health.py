import pytest


def test_alive_answers_without_a_database(client):
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_ready_names_what_does_not_answer(client, settings):
    settings.CELERY_BROKER_URL = "redis+socket:///nonexistent/valkey.sock?virtual_host=0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "ok"
    assert answer.json()["broker"].startswith("unavailable")
