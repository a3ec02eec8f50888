"""Runs that time the products somebody named, in place of a suite."""

import pytest
from django.conf import settings as site

from catalog.errors import NotMeasurable
from probes import joining, protocol, selectors, signing
from probes.models import ProbeRun
from probes.services import dispatch, runs
from probes.services.products import time_products
from tests.probes import factories

pytestmark = pytest.mark.django_db
PRODUCT = {"m": 4, "n": 64, "k": 32, "dtype": "fp32"}


@pytest.fixture
def device():
    return factories.make_device()


def tasks(sent, name):
    return [args for task, args, _ in sent if task == name]


def test_the_job_names_the_products_and_the_curves_of_their_formats(
    device, sent, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        time_products(device, [PRODUCT, {**PRODUCT, "dtype": "bf16"}], requested_by=None)
    key = dispatch.server_key().public_key()
    letter = tasks(sent, "probes.run")[0][0]
    opened = signing.open_letter(letter, to=joining.job_reader("box"), find_key=lambda _: key)
    job = protocol.from_data(protocol.Job, opened.payload)
    assert job.probes == ("gemm.curve.fp32", "gemm.curve.bf16")
    assert job.products[0] == protocol.Product(m=4, n=64, k=32, dtype="fp32")


@pytest.mark.parametrize(
    "wrong", [{"m": 0}, {"n": 2**40}, {"dtype": "fp4"}, {"k": "64"}, {"path": "/etc/passwd"}]
)
def test_a_product_that_no_probe_could_time_is_refused(device, sent, wrong):
    with pytest.raises(NotMeasurable):
        time_products(device, [{**PRODUCT, **wrong}], requested_by=None)
    assert not ProbeRun.objects.exists()


def test_an_offline_host_is_not_asked(device, sent):
    device.host.last_heartbeat_at = None
    with pytest.raises(NotMeasurable, match="offline"):
        time_products(device, [PRODUCT], requested_by=None)


@pytest.mark.parametrize("status", ["succeeded", "failed", "cancelled"])
def test_who_asked_is_told_of_every_end(device, sent, django_capture_on_commit_callbacks, status):
    run = factories.make_run(device, products=[PRODUCT])
    with django_capture_on_commit_callbacks(execute=True):
        runs.end_run(run.pk, status, reason="")
    assert tasks(sent, site.PRODUCTS_TIMED_TASK) == [[device.pk, str(run.pk)]]


def test_the_end_of_a_suite_is_nobodys_answer(device, sent, django_capture_on_commit_callbacks):
    run = factories.make_run(device)
    with django_capture_on_commit_callbacks(execute=True):
        runs.end_run(run.pk, "failed", reason="")
    assert tasks(sent, site.PRODUCTS_TIMED_TASK) == []


def test_a_broker_that_is_down_does_not_undo_the_end(
    device, monkeypatch, django_capture_on_commit_callbacks
):
    def down(*args, **options):
        raise OSError("connection refused")

    monkeypatch.setattr("celery.current_app.send_task", down)
    run = factories.make_run(device, products=[PRODUCT])
    with django_capture_on_commit_callbacks(execute=True):
        assert runs.end_run(run.pk, "failed", reason="")


def test_timed_products_are_no_verdict_on_a_device(device):
    factories.make_run(device, "succeeded", verdict="verified", products=[])
    factories.make_run(device, "succeeded", verdict="measured", products=[PRODUCT])
    assert selectors.devices().get().last_verdict == "verified"
