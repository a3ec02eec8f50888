"""`measure: true` over REST and in the browser."""

import pytest
from celery import current_app
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from knox.models import AuthToken

from probes.models import ProbeRun
from probes.services import runs
from sizing.models import Sizing
from sizing.services import measuring

pytestmark = pytest.mark.django_db
REQUEST = {
    "workload": {"kind": "gemm", "m": 64, "n": 1024, "k": 2048, "precision": "fp32"},
    "constraints": {"accelerators": ["cpu-test-2c"]},
    "measure": True,
}


@pytest.fixture(autouse=True)
def _nothing_is_sent(monkeypatch, settings, tmp_path):
    settings.PROBE_KEYS_DIR = tmp_path / "keys"
    broker = current_app._get_current_object()
    monkeypatch.setattr(broker, "send_task", lambda *args, **options: None)


@pytest.fixture
def user(db):
    return User.objects.create_user("operator", password="long enough a password")


@pytest.fixture
def device(catalog, cpu_device):
    cpu_device.host.last_heartbeat_at = timezone.now()
    cpu_device.host.save()
    return cpu_device


def post(client, user=None, body=REQUEST):
    token = AuthToken.objects.create(user=user)[1] if user else None
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.post("/api/v1/sizings/", body, content_type="application/json", headers=headers)


def end(status="failed"):
    run = ProbeRun.objects.get()
    runs.end_run(run.pk, status, reason="")
    measuring.note_end(device_id=run.device_id, run_id=str(run.pk))


def test_measuring_needs_a_token(client, device):
    response = post(client)
    assert response.status_code == 401
    assert "token" in response.json()["errors"][0]["detail"]
    assert not Sizing.objects.exists()


def test_a_sizing_that_waits_is_accepted_with_the_address_of_its_status(client, user, device):
    response = post(client, user)
    body = response.json()
    assert response.status_code == 202
    assert body["status"] == "measuring"
    assert response["Location"] == body["status_url"]
    assert client.get(body["status_url"]).json()["status"] == "measuring"


def test_the_status_turns_to_done_when_the_device_has_ended(client, user, device):
    address = post(client, user).json()["status_url"]
    end()
    assert client.get(address).json()["status"] == "done"


def test_the_account_of_the_measurement_names_device_run_and_products(client, user, device):
    (asked,) = post(client, user).json()["measurement"]["devices"]
    assert asked["device"] == device.pk
    assert asked["run"] == str(ProbeRun.objects.get().pk)
    assert (asked["products"][0]["m"], asked["products"][0]["share"]) == (64, 1.0)
    assert "latency_ms" in asked["before"]


def test_a_sizing_with_nothing_to_ask_is_created_as_usual(client, user, catalog):
    body = {"workload": REQUEST["workload"], "measure": True}
    response = post(client, user, body)
    assert response.status_code == 201
    assert "No attached device" in response.json()["measurement"]["reason"]


def test_a_usual_sizing_has_no_measurement(client, catalog):
    assert post(client, body={"workload": REQUEST["workload"]}).json()["measurement"] is None


@pytest.mark.parametrize("wrong", ["yes", 1, []])
def test_measure_is_true_or_false(client, user, catalog, wrong):
    response = post(client, user, {**REQUEST, "measure": wrong})
    assert response.status_code == 400
    assert response.json()["errors"][0]["attr"] == "measure"


def test_a_wrong_request_asks_nobody(client, user, device):
    response = post(client, user, {**REQUEST, "objective": "fame"})
    assert response.status_code == 400
    assert not ProbeRun.objects.exists()


def test_the_page_says_what_is_being_measured_and_asks_again(client, user, device):
    sizing = Sizing.objects.get(pk=post(client, user).json()["id"])
    page = client.get(sizing.get_absolute_url()).content.decode()
    assert "Measuring for this answer" in page
    assert reverse("sizing:narrowing", args=[sizing.pk]) in page


def test_the_part_asks_for_the_new_page_when_it_is_done(client, user, device):
    sizing = post(client, user).json()["id"]
    address = reverse("sizing:narrowing", args=[sizing])
    assert "HX-Refresh" not in client.get(address)
    end()
    assert client.get(address)["HX-Refresh"] == "true"


def test_the_form_offers_measuring_to_whoever_is_signed_in_with_a_device(client, user, device):
    offer = "Measure on attached devices first"
    assert offer not in client.get("/size/").content.decode()
    client.force_login(user)
    assert offer in client.get("/size/").content.decode()
