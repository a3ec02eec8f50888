import datetime as dt

import pytest
from django.utils import timezone

from probes.models import ProbeRun
from tests.probes import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(sent):
    host = factories.TestHost()
    host.register()
    return host


def test_a_report_brings_the_verdict_into_the_row_of_its_host(host):
    run = factories.make_run(host.row.devices.get())
    host.report(run)
    assert host.row.verdict == "measured"
    assert host.row.verdict_at == ProbeRun.objects.get().finished_at


def test_a_host_is_as_good_as_its_worst_device(host):
    first = factories.cpu_info(host.machine_id)
    second = factories.cpu_info(host.machine_id, uuid="CPU-second", index=1)
    host.register(first, second)
    good, bad = host.row.devices.order_by("index")
    host.report(factories.make_run(good), verdict="measured")
    host.report(factories.make_run(bad), verdict="failed")
    assert host.row.verdict == "failed"


def test_the_verdict_counts_from_the_device_that_was_measured_longest_ago(host):
    device = host.row.devices.get()
    host.report(factories.make_run(device))
    long_ago = timezone.now() - dt.timedelta(days=80)
    ProbeRun.objects.update(finished_at=long_ago)
    host.register(
        factories.cpu_info(host.machine_id),
        factories.cpu_info(host.machine_id, uuid="CPU-second", index=1),
    )
    host.report(factories.make_run(host.row.devices.get(index=1)))
    assert host.row.verdict_at == long_ago


def test_another_driver_makes_the_verdict_stale_as_soon_as_the_host_says_so(host):
    host.register(factories.cpu_info(host.machine_id, driver_version="570"))
    host.report(factories.make_run(host.row.devices.get()))
    host.register(factories.cpu_info(host.machine_id, driver_version="580"))
    assert host.row.verdict == "stale"
