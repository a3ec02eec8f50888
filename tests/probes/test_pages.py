import datetime as dt

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from catalog.models import Host
from probes.models import ProbeRun
from probes.protocol import to_data
from tests.probes import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def device():
    return factories.make_device()


@pytest.fixture
def ada(client):
    client.force_login(get_user_model().objects.create(username="ada"))
    return client


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_hosts_the_page_says_how_to_get_one(client):
    assert "enrol_host" in text(client.get("/devices/"))


def test_the_devices_page_shows_host_status_and_device(client, device):
    page = text(client.get("/devices/"))
    assert "box" in page
    assert "online" in page


def test_a_silent_host_shows_as_offline_without_a_button(ada, device):
    Host.objects.update(last_heartbeat_at=timezone.now() - dt.timedelta(minutes=5))
    page = text(ada.get("/devices/"))
    assert "offline" in page
    assert "Run probes" not in page


def test_strangers_are_asked_to_sign_in(client, device):
    page = text(client.get("/devices/"))
    assert "Sign in to run probes" in page


def test_the_button_starts_a_run_and_shows_it(ada, device, sent):
    answer = ada.post(f"/devices/{device.pk}/run/", {"suite": "quick"})
    run = ProbeRun.objects.get()
    assert answer["Location"] == f"/runs/{run.pk}/"
    assert run.requested_by.username == "ada"


def test_a_stranger_cannot_start_a_run(client, device):
    assert client.post(f"/devices/{device.pk}/run/").status_code == 302
    assert not ProbeRun.objects.exists()


def test_a_refused_run_says_why_on_the_page(ada, device):
    answer = ada.post(f"/devices/{device.pk}/run/", {"suite": "huge"}, follow=True)
    assert "is none of quick, standard, deep" in text(answer)


def test_the_button_is_protected_against_forged_forms(device):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(get_user_model().objects.create(username="eve"))
    assert strict.post(f"/devices/{device.pk}/run/").status_code == 403


def test_an_active_run_asks_for_its_progress_every_second(client, device):
    run = factories.make_run(device)
    page = text(client.get(f"/runs/{run.pk}/"))
    assert f'hx-get="/runs/{run.pk}/live/"' in page
    assert 'hx-trigger="every 1s"' in page
    assert "<progress" in page


def test_an_ended_run_stops_asking(client, device):
    run = factories.make_run(device, status="failed", reason="The host went silent.")
    page = text(client.get(f"/runs/{run.pk}/live/"))
    assert "hx-get" not in page
    assert "The host went silent." in page


def test_a_finished_run_shows_figures_for_people(client, sent):
    box = factories.TestHost()
    box.register()
    run = factories.make_run(box.row.devices.get(), status="queued")
    box.send("report", to_data(factories.report_of(run)))
    page = text(client.get(f"/runs/{run.pk}/"))
    for shown in ("12 GB/s", "11 GB/s to 13 GB/s", "15 GB/s", "80 %", "degraded"):
        assert shown in page


def test_a_run_can_be_cancelled_from_its_page(ada, device, sent):
    run = factories.make_run(device)
    ada.post(f"/runs/{run.pk}/cancel/")
    assert ProbeRun.objects.get().status == "cancelled"


@pytest.mark.parametrize(
    "path", ["/devices/{0}/", "/hosts/box/", "/runs/", "/runs/?status=running"]
)
def test_the_other_pages_open(client, device, path):
    factories.make_run(device)
    assert "box" in text(client.get(path.format(device.pk)))


@pytest.mark.parametrize("path", ["/devices/", "/devices/{0}/", "/hosts/", "/runs/"])
def test_a_page_can_be_asked_for_its_headers_alone(client, device, path):
    assert client.head(path.format(device.pk)).status_code == 200


def test_no_page_needs_an_inline_script_or_style(client, device):
    run = factories.make_run(device)
    for path in ("/devices/", f"/devices/{device.pk}/", f"/runs/{run.pk}/", "/runs/"):
        page = text(client.get(path))
        assert " style=" not in page
        assert "<script>" not in page


def test_the_devices_page_costs_the_same_for_many_hosts(client, django_assert_max_num_queries):
    for number in range(5):
        factories.make_device(f"box-{number}")
    with django_assert_max_num_queries(4):
        client.get("/devices/")


def test_staff_may_ask_for_a_run_on_a_gpu_in_use(client, device, sent):
    type(device).objects.update(backend="cuda")
    client.force_login(get_user_model().objects.create(username="olga", is_staff=True))
    assert 'name="force"' in text(client.get(f"/devices/{device.pk}/"))
    client.post(f"/devices/{device.pk}/run/", {"suite": "quick", "force": "on"})
    assert ProbeRun.objects.get().force


def test_others_are_not_offered_to_force_a_run(ada, device):
    type(device).objects.update(backend="cuda")
    assert 'name="force"' not in text(ada.get(f"/devices/{device.pk}/"))
