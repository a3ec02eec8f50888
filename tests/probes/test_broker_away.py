"""The broker leaves while a probe runs and comes back later: nothing that was measured is lost."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time

import pytest
from celery import current_app
from django.utils import timezone

from catalog.models import Host, Measurement
from config import broker
from probes import tasks
from probes.management.commands.enrol_host import enrol_local_worker
from probes.models import ProbeRun
from probes.services import silence
from tests.probes.conftest import site_app
from tests.probes.test_round_trip import ROOT, Loop, online, request, status

pytestmark = pytest.mark.django_db
#: Seconds without a broker; a person sets 60, CI does not wait that long.
AWAY_S = float(os.environ.get("RIDGELINE_BROKER_AWAY_S", "3"))


@pytest.fixture
def processes():
    started = []
    yield started
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def start_broker(folder, processes):
    broker.make_socket_folder(folder)
    broker.broker_folder(folder).mkdir(parents=True, exist_ok=True)
    server = subprocess.Popen(
        broker.server_command(folder), stdout=subprocess.DEVNULL, start_new_session=True
    )
    processes.append(server)
    while not broker.answers(folder):
        assert server.poll() is None
        time.sleep(0.02)
    return server


def start_worker(folder, processes):
    url = broker.embedded_url(folder)
    command = [sys.executable, "-m", "probes.agent", "worker", "--broker", url]
    processes.append(
        subprocess.Popen(
            [*command, "--state", str(folder / "worker")],
            cwd=ROOT,
            env=os.environ | {"PYTHONWARNINGS": "ignore", "TMPDIR": str(folder)},
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    )


def test_a_run_goes_on_while_the_broker_is_away(
    tmp_path, processes, monkeypatch, django_capture_on_commit_callbacks
):
    server = start_broker(tmp_path, processes)
    app = site_app(broker.embedded_url(tmp_path))
    monkeypatch.setattr(current_app._get_current_object(), "send_task", app.send_task)
    monkeypatch.setattr(tasks, "HEARING", silence.Hearing())
    enrol_local_worker("box", tmp_path / "worker")
    start_worker(tmp_path, processes)
    before = Loop(broker.embedded_url(tmp_path))
    before.until(online)
    run = request(django_capture_on_commit_callbacks, "gemm.fp32.peak")
    before.until(lambda: status(run) == "running")
    server.kill()
    server.wait()
    gone_at = time.monotonic()
    reports = tmp_path / "worker" / "outbox"
    while time.monotonic() < gone_at + AWAY_S or not any(reports.glob("[0-9]*.json")):
        time.sleep(0.1)
        assert time.monotonic() < gone_at + AWAY_S + 60
    away = timezone.now() - dt.timedelta(seconds=max(60, AWAY_S))
    ProbeRun.objects.update(heard_at=away)
    Host.objects.update(last_heartbeat_at=away)
    start_broker(tmp_path, processes)
    tasks.end_silent_runs()
    assert status(run) == "running"
    Loop(broker.embedded_url(tmp_path)).until(lambda: not ProbeRun.objects.get(pk=run.pk).is_active)
    run.refresh_from_db()
    assert (run.status, run.reason) == ("succeeded", "")
    assert Measurement.objects.filter(run_id=run.pk).exists()
