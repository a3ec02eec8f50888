"""A real worker process and a real broker; only the ingest worker is this test itself."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kombu import Connection

from catalog.models import Device, Host, Measurement
from probes.management.commands.enrol_host import enrol_local_worker
from probes.models import ProbeRun
from probes.services import enrolment, ingest, runs

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60


class Loop:
    """Takes in letters until something holds."""

    def __init__(self, url):
        self.connection = Connection(url)
        self.queue = self.connection.SimpleQueue("ingest")

    def until(self, done):
        deadline = time.monotonic() + PATIENCE_S
        while not done():
            assert time.monotonic() < deadline, list(
                ProbeRun.objects.values_list("status", "reason", "progress")
            )
            try:
                message = self.queue.get(timeout=0.2)
            except self.queue.Empty:
                continue
            message.ack()
            if message.headers["task"] == "probes.ingest":
                ingest.receive(message.payload[0][0])


@pytest.fixture
def loop(real_broker):
    loop = Loop(real_broker)
    yield loop
    loop.connection.release()


@pytest.fixture
def start_worker(real_broker, tmp_path):
    processes = []

    def start(*arguments, state=tmp_path / "worker"):
        command = [sys.executable, "-m", "probes.agent", "worker", "--broker", real_broker]
        process = subprocess.Popen(
            [*command, "--state", str(state), *arguments],
            cwd=ROOT,
            # Device locks lie in the temporary folder: a run elsewhere must not hold up this one.
            env=os.environ | {"PYTHONWARNINGS": "ignore", "TMPDIR": str(tmp_path)},
            start_new_session=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def online():
    return any(host.is_online and host.devices.exists() for host in Host.objects.all())


def request(capture, *probes):
    device = Device.objects.get(backend="cpu")
    with capture(execute=True):
        return runs.request_probe(device=device, probes=probes, sizes="tiny")


def status(run):
    return ProbeRun.objects.get(pk=run.pk).status


def test_a_run_goes_to_the_host_and_its_figures_come_back(
    loop, start_worker, tmp_path, django_capture_on_commit_callbacks
):
    enrol_local_worker("box", tmp_path / "worker")
    start_worker()
    loop.until(online)
    run = request(django_capture_on_commit_callbacks, "health", "gemm.fp32.peak")
    loop.until(lambda: not ProbeRun.objects.get(pk=run.pk).is_active)
    run.refresh_from_db()
    assert (run.status, run.reason) == ("succeeded", "")
    peak = Measurement.objects.filter(run_id=run.pk, probe="gemm.fp32.peak", unit="FLOP/s").first()
    assert peak.value > 0
    assert peak.ci_low <= peak.value <= peak.ci_high


def test_a_worker_killed_in_the_middle_fails_its_run_and_the_next_one_works(
    loop, start_worker, tmp_path, django_capture_on_commit_callbacks
):
    enrol_local_worker("box", tmp_path / "worker")
    worker = start_worker()
    loop.until(online)
    lost = request(django_capture_on_commit_callbacks, "gemm.curve.fp32", "gemm.curve.bf16")
    loop.until(lambda: status(lost) == "running")
    worker.kill()
    start_worker()
    loop.until(lambda: status(lost) == "failed")
    assert "stopped in the middle" in ProbeRun.objects.get(pk=lost.pk).reason
    following = request(django_capture_on_commit_callbacks, "health")
    loop.until(lambda: status(following) == "succeeded")


def test_a_run_can_be_cancelled_while_its_host_is_busy(
    loop, start_worker, tmp_path, django_capture_on_commit_callbacks
):
    enrol_local_worker("box", tmp_path / "worker")
    start_worker()
    loop.until(online)
    first = request(django_capture_on_commit_callbacks, "gemm.curve.fp32", "gemm.curve.bf16")
    loop.until(lambda: status(first) == "running")
    runs.cancel_run(ProbeRun.objects.get(pk=first.pk))
    following = request(django_capture_on_commit_callbacks, "health")
    loop.until(lambda: status(following) == "succeeded")
    assert status(first) == "cancelled"


def test_a_new_host_joins_with_a_token(loop, start_worker, tmp_path):
    token = enrolment.issue_token("gpu-box").to_text()
    start_worker("--enroll", token, state=tmp_path / "elsewhere")
    loop.until(online)
    assert Host.objects.get().name == "gpu-box"
