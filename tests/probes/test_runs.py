import datetime as dt

import pytest
from django.utils import timezone

from catalog.models import Host
from probes import joining, protocol, signing
from probes.models import ProbeRun
from probes.services import dispatch, runs
from probes.services.errors import RunRefused
from tests.probes import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def device():
    return factories.make_device()


def request(device, capture, **options):
    with capture(execute=True):
        return runs.request_probe(device=device, **options)


def test_a_request_sends_a_signed_job_to_the_host(device, sent, django_capture_on_commit_callbacks):
    run = request(device, django_capture_on_commit_callbacks, suite="quick")
    name, (letter,), options = sent[0]
    key = dispatch.server_key().public_key()
    opened = signing.open_letter(letter, to=joining.job_reader("box"), find_key=lambda _: key)
    job = protocol.from_data(protocol.Job, opened.payload)
    assert (name, options["queue"], job.run_id) == ("probes.run", "probe.box", str(run.pk))
    assert (job.seed, job.nonce) == (run.seed, run.nonce)


@pytest.mark.parametrize(
    ("options", "attr"),
    [
        ({"suite": "huge"}, "suite"),
        ({"probes": ["rm -rf"]}, "probes"),
        ({"probes": ["health", "health"]}, "probes"),
    ],
)
def test_a_bad_name_is_refused_by_field_and_stores_nothing(device, sent, options, attr):
    with pytest.raises(RunRefused) as refused:
        runs.request_probe(device=device, **options)
    assert refused.value.attr == attr
    assert not ProbeRun.objects.exists()


def test_a_silent_host_is_refused_with_the_remedy(device, sent):
    Host.objects.update(last_heartbeat_at=timezone.now() - dt.timedelta(minutes=5))
    device.refresh_from_db()
    with pytest.raises(RunRefused, match="Start its probe worker"):
        runs.request_probe(device=device)


def test_a_script_in_a_loop_is_stopped(device, sent):
    for _ in range(runs.MOST_WAITING):
        factories.make_run(device, status="queued")
    with pytest.raises(RunRefused, match="20 runs wait"):
        runs.request_probe(device=device)


def test_a_broker_that_is_down_fails_the_run_and_says_so(
    device, settings, monkeypatch, django_capture_on_commit_callbacks
):
    def down(*args, **options):
        raise OSError("connection refused")

    monkeypatch.setattr(dispatch.current_app, "send_task", down)
    run = request(device, django_capture_on_commit_callbacks)
    run.refresh_from_db()
    assert run.status == "failed"
    assert "broker" in run.reason


@pytest.mark.parametrize("status", ["queued", "running"])
def test_cancelling_ends_the_run_and_tells_the_host(device, sent, status):
    run = runs.cancel_run(factories.make_run(device, status=status))
    assert run.status == "cancelled"
    assert sent[0][2]["queue"] == "probe.box.control"


def test_an_ended_run_cannot_be_cancelled(device, sent):
    run = factories.make_run(device, status="succeeded")
    with pytest.raises(RunRefused, match="succeeded"):
        runs.cancel_run(run)


def test_staff_may_force_a_run_and_the_host_is_told(
    device, sent, django_user_model, django_capture_on_commit_callbacks
):
    operator = django_user_model.objects.create(username="olga", is_staff=True)
    run = request(device, django_capture_on_commit_callbacks, force=True, requested_by=operator)
    assert run.force
    assert dispatch.job_of(run).force


def test_nobody_else_may_force_a_run(device, sent, django_user_model):
    ada = django_user_model.objects.create(username="ada")
    with pytest.raises(RunRefused, match="Only staff") as refused:
        runs.request_probe(device=device, force=True, requested_by=ada)
    assert (refused.value.attr, refused.value.code) == ("force", "not_allowed")
    assert not ProbeRun.objects.exists()
