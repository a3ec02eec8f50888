import datetime as dt
import uuid

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from knox.models import AuthToken
from rest_framework.test import APIClient

from catalog.models import Host, Measurement
from probes.models import ProbeRun
from probes.protocol import to_data
from tests.probes import factories

pytestmark = pytest.mark.django_db
RUNS = "/api/v1/probe-runs/"


@pytest.fixture
def device():
    return factories.make_device()


@pytest.fixture
def api():
    user = get_user_model().objects.create(username="ada")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {AuthToken.objects.create(user=user)[1]}")
    return client


@pytest.fixture
def measured(sent):
    box = factories.TestHost()
    box.register()
    run = factories.make_run(box.row.devices.get(), status="queued")
    box.send("report", to_data(factories.report_of(run)))
    return run


def test_a_run_is_accepted_with_its_address(api, device, sent):
    answer = api.post(RUNS, {"device": device.pk, "suite": "quick"})
    assert answer.status_code == 202
    assert answer.json()["status"] == "queued"
    assert answer["Location"].endswith(f"{RUNS}{answer.json()['id']}/")


def test_the_quick_suite_is_the_default(api, device, sent):
    assert api.post(RUNS, {"device": device.pk}).json()["suite"] == "quick"


def test_starting_a_run_needs_a_token(client, device):
    answer = client.post(RUNS, {"device": device.pk}, content_type="application/json")
    assert answer.status_code == 401
    assert not ProbeRun.objects.exists()


@pytest.mark.parametrize(
    ("change", "attr"),
    [
        ({"device": 999_999}, "device"),
        ({"device": "first"}, "device"),
        ({"device": None}, "device"),
        ({"device": 1.5}, "device"),
        ({"suite": "huge"}, "suite"),
        ({"probes": ["gemm.fp128.peak"]}, "probes.0"),
        ({"probes": "health"}, "probes"),
        ({"probes": ["health", "health"]}, "probes"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_stored(api, device, change, attr):
    answer = api.post(RUNS, {"device": device.pk, "suite": "quick"} | change)
    assert answer.status_code == 400
    assert attr in [error["attr"] for error in answer.json()["errors"]]
    assert not ProbeRun.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"text"', b"\xff\xfe" * 1000, b"null", b"[" * 9999]
)
def test_rubbish_is_a_400(api, body):
    answer = api.generic("POST", RUNS, body, content_type="application/json")
    assert answer.status_code == 400


def test_a_silent_host_is_a_400_with_the_remedy(api, device):
    Host.objects.update(last_heartbeat_at=timezone.now() - dt.timedelta(minutes=5))
    error = api.post(RUNS, {"device": device.pk}).json()["errors"][0]
    assert (error["attr"], error["code"]) == ("device", "host_offline")
    assert "Start its probe worker" in error["detail"]


def test_a_run_shows_status_progress_and_measurements(client, measured):
    body = client.get(f"{RUNS}{measured.pk}/").json()
    assert body["status"] == "succeeded"
    assert body["progress"]["fraction"] == 1.0
    assert body["measurements"][0]["unit"] == "B/s"
    assert body["results"][0]["probe"] == "mem.copy"


def test_an_unknown_run_is_a_404(client):
    assert client.get(f"{RUNS}{uuid.uuid4()}/").status_code == 404


def test_a_run_can_be_cancelled_once(api, device, sent):
    run = factories.make_run(device)
    assert api.post(f"{RUNS}{run.pk}/cancel/").json()["status"] == "cancelled"
    again = api.post(f"{RUNS}{run.pk}/cancel/")
    assert again.status_code == 409
    assert "cancelled" in again.json()["errors"][0]["detail"]


def test_a_stranger_cannot_cancel(client, device):
    run = factories.make_run(device)
    assert client.post(f"{RUNS}{run.pk}/cancel/").status_code == 401


@pytest.mark.parametrize("place", ["hosts", "devices", "measurements", "probe-runs", "suites"])
def test_lists_are_open_and_paged(client, measured, place):
    body = client.get(f"/api/v1/{place}/").json()
    assert body["count"] >= 1
    assert {"next", "previous", "results"} <= set(body)


@pytest.mark.parametrize("place", ["hosts", "devices", "measurements", "probe-runs"])
def test_lists_come_as_csv(client, measured, place):
    answer = client.get(f"/api/v1/{place}/?format=csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert answer["Content-Type"].startswith("text/csv")
    assert len(lines) >= 2


def test_details_open_by_name_and_id(client, measured):
    assert client.get("/api/v1/hosts/box/").json()["status"] == "online"
    device = client.get(f"/api/v1/devices/{measured.device_id}/").json()
    assert device["verdict"] == "measured"
    figure = Measurement.objects.get()
    assert client.get(f"/api/v1/measurements/{figure.pk}/").json()["value"] == 1.2e10
    assert "health" in client.get("/api/v1/suites/quick/").json()["probes"]
    assert client.get("/api/v1/suites/none/").status_code == 404


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("probe=mem.copy", 1),
        ("probe=soak", 0),
        ("value_min=1e10", 1),
        ("value_max=1e9", 0),
        ("verdict=degraded", 1),
        ("search=copy+box", 1),
        ("search=nothing", 0),
    ],
)
def test_measurements_can_be_narrowed(client, measured, query, count):
    assert client.get(f"/api/v1/measurements/?{query}").json()["count"] == count


def test_a_bad_filter_is_a_400(client):
    answer = client.get("/api/v1/probe-runs/?status=sleeping")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "status"


def test_an_old_verdict_is_stale(client, measured):
    ProbeRun.objects.update(finished_at=timezone.now() - dt.timedelta(days=91))
    assert client.get(f"/api/v1/devices/{measured.device_id}/").json()["verdict"] == "stale"


@pytest.mark.parametrize("place", ["hosts", "devices", "measurements", "probe-runs"])
def test_a_longer_list_costs_no_more_queries(client, place, sent, django_assert_max_num_queries):
    for number in range(4):
        box = factories.TestHost(name=f"box-{number}")
        box.register()
        run = factories.make_run(box.row.devices.get(), status="queued")
        box.send("report", to_data(factories.report_of(run)))
    with django_assert_max_num_queries(5):
        assert client.get(f"/api/v1/{place}/").json()["count"] == 4


def test_the_suites_are_a_list_like_the_others(client):
    assert client.get("/api/v1/suites/?page_size=1").json()["count"] == 3
    assert client.get("/api/v1/suites/?page=9").status_code == 404
    assert client.get("/api/v1/suites/?format=csv").content.startswith(b"slug,name,")


def test_suites_are_searched_and_ordered_like_other_lists(client):
    def slugs(query):
        return [row["slug"] for row in client.get(f"/api/v1/suites/?{query}").json()["results"]]

    assert slugs("search=quick") == ["quick"]
    assert slugs("ordering=-typical_s") == list(reversed(slugs("ordering=typical_s")))
    assert client.get("/api/v1/suites/?ordering=colour").status_code == 400
