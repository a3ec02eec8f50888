"""Two workers with addresses of their own, one Redis with the access list, and who sees what."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis
from celery import current_app
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from kombu import Connection

from catalog.models import Host, Measurement
from config import broker
from probes import joining, signing
from probes.models import ProbeRun, SeenLetter
from probes.protocol import to_data
from probes.services import broker_access, dispatch, enrolment, ingest, runs
from tests.probes import network_namespaces
from tests.probes.conftest import site_app

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60
PASSWORD = "of-the-site"


class Fleet:
    """A site with its broker and two hosts, each in a network namespace."""

    def __init__(self, folder):
        self.folder = folder
        self.machines = [network_namespaces.Machine(name) for name in ("left", "right")]
        self.processes, self.accounts, self.letters = [], {}, []
        with socket.create_server(("", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"redis://:{PASSWORD}@127.0.0.1:{self.port}/0"

    def start_broker(self):
        addresses = ["127.0.0.1", *(machine.site_address for machine in self.machines)]
        self.run(
            str(broker.find_server()), "--port", str(self.port), "--bind", *addresses,
            "--requirepass", PASSWORD, "--save", "", "--dir", str(self.folder),
        )  # fmt: skip
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                return self.client().ping()
            except redis.ConnectionError:
                time.sleep(0.02)
        raise AssertionError("the broker does not start")

    def join(self, machine):
        """What the command of the Devices page does, typed on that machine."""
        account = broker_access.open_account(machine.name)
        assert account.is_created, account.why_not
        self.accounts[machine.name] = account
        token = enrolment.issue_token(machine.name).to_text()
        url = broker_access.url_for(account).replace("127.0.0.1", machine.site_address)
        state = self.folder / machine.name
        worker = ["-m", "probes.agent", "worker", "--broker", url, "--state", str(state)]
        with (self.folder / f"{machine.name}.log").open("w") as log:
            command = machine.command(sys.executable, *worker, "--enroll", token)
            self.run(*command, stderr=log, cwd=ROOT, env=self.environment(machine))

    def environment(self, machine):
        folder = self.folder / f"tmp-{machine.name}"
        folder.mkdir()
        return os.environ | {"PYTHONWARNINGS": "ignore", "TMPDIR": str(folder)}

    def run(self, *command, **options):
        options = {"stdout": subprocess.DEVNULL, "start_new_session": True} | options
        self.processes.append(subprocess.Popen(command, **options))

    def log_of(self, name):
        return (self.folder / f"{name}.log").read_text()

    def client(self, name=""):
        """A connection with the site's rights, or with those of a host."""
        if not name:
            return redis.Redis(port=self.port, password=PASSWORD)
        account = self.accounts[name]
        return redis.Redis(port=self.port, username=account.user, password=account.password)

    def until(self, done):
        """Takes in letters like the ingest worker until something holds."""
        deadline = time.monotonic() + PATIENCE_S
        with Connection(self.url) as connection, connection.SimpleQueue("ingest") as queue:
            while not done():
                alive = all(process.poll() is None for process in self.processes)
                logs = [self.log_of(machine.name) for machine in self.machines]
                assert alive and time.monotonic() < deadline, logs
                try:
                    message = queue.get(timeout=0.1)
                except queue.Empty:
                    continue
                message.ack()
                self.letters.append(message.payload[0][0])
                ingest.receive(self.letters[-1])

    def ask(self, name, capture):
        with capture(execute=True):
            device = Host.objects.get(name=name).devices.get(backend="cpu")
            return runs.request_probe(device=device, probes=["health"], sizes="tiny")

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for machine in self.machines:
            machine.stop()


@pytest.fixture
def fleet(tmp_path, settings, monkeypatch):
    network_namespaces.skip_without_namespaces()
    fleet = Fleet(tmp_path)
    settings.CELERY_BROKER_URL = fleet.url
    app = site_app(fleet.url)
    monkeypatch.setattr(current_app._get_current_object(), "send_task", app.send_task)
    try:
        for machine in fleet.machines:
            machine.start()
        fleet.start_broker()
        yield fleet
    finally:
        fleet.stop()
        app.close()


def has_ended(*wanted):
    return not any(ProbeRun.objects.get(pk=run.pk).is_active for run in wanted)


def denied(client, *command):
    with pytest.raises(redis.exceptions.NoPermissionError):
        client.execute_command(*command)


def test_two_hosts_on_one_broker(fleet, django_capture_on_commit_callbacks, caplog):
    """One story, because starting two workers takes seconds: each part has its own function."""
    for machine in fleet.machines:
        fleet.join(machine)
    fleet.until(lambda: Host.objects.filter(devices__backend="cpu").distinct().count() == 2)
    hosts = {name: fleet.ask(name, django_capture_on_commit_callbacks) for name in fleet.accounts}
    fleet.until(lambda: has_ended(*hosts.values()))
    check_each_host_did_its_own(fleet, hosts)
    check_nothing_was_denied_at_work(fleet)
    check_credentials_open_nothing_else(fleet)
    check_bad_letters_are_refused(fleet, hosts, caplog)
    check_bad_jobs_are_refused(fleet, hosts)
    check_a_closed_account_is_shut_out(fleet)


def check_each_host_did_its_own(fleet, hosts):
    for name, run in hosts.items():
        run.refresh_from_db()
        assert (run.status, run.reason) == ("succeeded", ""), fleet.log_of(name)
        assert Measurement.objects.filter(run_id=run.pk).exists()
        claims = [path.stem for path in (fleet.folder / name / "runs").glob("*.claim")]
        assert claims == [str(run.pk)]


def check_nothing_was_denied_at_work(fleet):
    assert fleet.client().execute_command("ACL", "LOG") == []


def check_credentials_open_nothing_else(fleet):
    site, left = fleet.client(), fleet.client("left")
    site.lpush("probe.right", "a job")
    site.hset("unacked.probe.right", "tag", "a job")
    site.lpush("ingest", "a result of the other host")
    for command in (
        ("BRPOP", "probe.right", "1"),
        ("LPUSH", "probe.right", "a forged job"),
        ("LLEN", "probe.right.control"),
        ("HGET", "unacked.probe.right", "tag"),
        ("BRPOP", "ingest", "1"),
        ("RPOP", "ingest"),
        ("LRANGE", "ingest", "0", "-1"),
        ("LLEN", "ingest"),
        ("DEL", "ingest"),
        ("GET", "ingest"),
        ("SADD", "_kombu.binding.ingest", "a copy of everything to me"),
        ("HGET", "unacked.ingest", "tag"),
        ("EVAL", "return redis.call('LRANGE', KEYS[1], 0, -1)", "1", "ingest"),
        ("KEYS", "*"),
        ("SCAN", "0"),
        ("MONITOR",),
        ("SUBSCRIBE", "0.celery.pidbox"),
        ("CONFIG", "GET", "*"),
        ("ACL", "LIST"),
        ("FLUSHALL",),
    ):
        denied(left, *command)
    with pytest.raises(redis.exceptions.ResponseError, match="permission"):
        left.eval("return redis.call('LRANGE', 'ingest', 0, -1)", 0)
    assert left.lpush("ingest", "letters may be put in") == 2
    site.delete("ingest", "probe.right", "unacked.probe.right")


def check_bad_letters_are_refused(fleet, hosts, caplog):
    stranger = Ed25519PrivateKey.generate()
    report = {"run_id": str(hosts["right"].pk)}
    left_key = signing.load_or_make_key(fleet.folder / "left" / "host.key")
    replayed = next(letter for letter in fleet.letters if letter["kind"] == "report")
    altered = replayed | {"payload": replayed["payload"].replace("succeeded", "cancelled")}
    seen = SeenLetter.objects.count()
    for letter, why in (
        (signing.seal(report, kind="report", to=joining.SERVER, key=stranger), "no host"),
        (signing.seal(report, kind="started", to=joining.SERVER, key=left_key), "session"),
        (
            signing.seal(
                report | {"session": "x"}, kind="started", to=joining.SERVER, key=left_key
            ),
            "left has no run",
        ),
        (replayed, "read before"),
        (altered, "does not fit"),
        (report, "not a signed letter"),
    ):
        caplog.clear()
        assert not put_and_take(fleet, letter)
        assert "probes.letter_refused" in caplog.text
        assert why in caplog.text
    assert SeenLetter.objects.count() == seen


def put_and_take(fleet, letter):
    """Sends a letter with the rights of a host; gives whether the site acted on it."""
    with Connection(fleet.url) as connection, connection.SimpleQueue("ingest") as queue:
        queue.put([[letter], {}, {}])
        message = queue.get(timeout=5)
        message.ack()
        return ingest.receive(message.payload[0][0])


def check_bad_jobs_are_refused(fleet, hosts):
    """A job that is forged, meant for the other host, unsigned, or delivered once more."""
    job = to_data(dispatch.job_of(hosts["left"]))
    stranger = Ed25519PrivateKey.generate()
    server = dispatch.server_key()
    app = current_app._get_current_object()
    for letter, why in (
        (signing.seal(job, kind="job", to="probe.left", key=stranger), "no host is enrolled"),
        (signing.seal(job, kind="job", to="probe.right", key=server), "meant for"),
        (job, "not a signed letter"),
        (signing.seal(job, kind="job", to="probe.left", key=server), "taken or cancelled before"),
    ):
        app.send_task(dispatch.RUN_TASK, args=[letter], queue="probe.left")
        fleet.until(lambda why=why: why in fleet.log_of("left"))
    assert len(list((fleet.folder / "left" / "runs").glob("*.claim"))) == 1


def check_a_closed_account_is_shut_out(fleet):
    assert broker_access.close_account("left") == ""
    with pytest.raises(redis.exceptions.AuthenticationError):
        fleet.client("left").ping()
