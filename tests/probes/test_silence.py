import datetime as dt

import pytest
from django.utils import timezone

from catalog.models import Host
from probes.models import ProbeRun, SeenLetter
from probes.services import silence
from tests.probes import factories

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - dt.timedelta(hours=3)


@pytest.fixture
def device():
    return factories.make_device()


def ended(run):
    run = ProbeRun.objects.get(pk=run.pk)
    return run.status, run.reason


def test_a_host_without_heartbeat_is_offline(device):
    Host.objects.update(last_heartbeat_at=timezone.now() - dt.timedelta(seconds=36))
    assert Host.objects.get().status == "offline"


def test_a_run_of_a_silent_host_fails_with_the_reason(device):
    run = factories.make_run(device, heard_at=LONG_AGO)
    Host.objects.update(last_heartbeat_at=LONG_AGO)
    silence.end_silent_runs()
    status, reason = ended(run)
    assert status == "failed"
    assert "box went silent" in reason


def test_a_run_of_a_live_host_goes_on(device):
    run = factories.make_run(device)
    assert silence.end_silent_runs() == 0
    assert ended(run)[0] == "running"


def test_a_run_that_never_ends_fails(device):
    run = factories.make_run(device, started_at=LONG_AGO)
    silence.end_silent_runs()
    assert ended(run)[0] == "failed"


def test_a_run_that_nobody_takes_expires(device):
    run = factories.make_run(device, status="queued", requested_at=LONG_AGO)
    silence.end_silent_runs()
    assert ended(run)[0] == "expired"


def test_a_restarted_worker_ends_the_run_its_predecessor_left():
    box = factories.TestHost()
    box.register()
    run = factories.make_run(box.row.devices.get())
    box.session = "session-2"
    box.register()
    status, reason = ended(run)
    assert status == "failed"
    assert "stopped in the middle" in reason


def test_registering_again_in_one_session_ends_nothing():
    box = factories.TestHost()
    box.register()
    run = factories.make_run(box.row.devices.get())
    box.register()
    assert ended(run)[0] == "running"


def test_a_run_that_its_worker_no_longer_names_fails():
    box = factories.TestHost()
    box.register()
    run = factories.make_run(box.row.devices.get(), heard_at=LONG_AGO)
    box.heartbeat()
    assert ended(run)[0] == "failed"


def test_a_long_run_that_its_worker_names_goes_on():
    box = factories.TestHost()
    box.register()
    run = factories.make_run(box.row.devices.get(), heard_at=LONG_AGO)
    box.heartbeat(run)
    assert ended(run)[0] == "running"


def test_nonces_are_forgotten_once_their_letters_are_too_old():
    SeenLetter.objects.create(key_id="k", nonce="old", seen_at=LONG_AGO)
    SeenLetter.objects.create(key_id="k", nonce="new")
    silence.forget_old_letters()
    assert SeenLetter.objects.get().nonce == "new"
