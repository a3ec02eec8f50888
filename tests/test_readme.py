"""Every command of the README, run as written against a server that `make run` started.

Only what belongs to the reader's machine is replaced: the port, the Python of the environment,
the address of the broker and the token.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from config.broker import embedded_url

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.split("\n")
]
COMMANDS = [line for line in COMMANDS if line.strip()]


def command(start):
    """The README's command that starts so; there must be exactly one."""
    (found,) = [line for line in COMMANDS if line.startswith(start)]
    return found


class Server:
    """A server that `make run` started, on a port and in a folder of its own."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE"}
        } | {"PORT": str(self.port), "DATA_DIR": str(folder), "VENV": sys.prefix}
        # Without a worker of its own, so that this machine can join as the README's host.
        self.environment["PROBES"] = "off"
        self.process = subprocess.Popen(
            command("make run").split(),
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait(self):
        for line in self.process.stdout:
            if "is ready at" in line:
                return self
        pytest.fail("make run ended before it was ready")

    def run(self, line, **replaced):
        changes = {"http://127.0.0.1:8000": f"http://127.0.0.1:{self.port}", **replaced}
        changes |= {"var/operator-token": str(self.folder / "operator-token")}
        for old, new in changes.items():
            line = line.replace(old, new)
        line = re.sub(r"^(\.venv/bin/python|python3)\b", sys.executable, line)
        return subprocess.run(
            ["sh", "-c", line],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


@pytest.fixture(scope="module")
def server():
    with tempfile.TemporaryDirectory(prefix="rl-readme-") as folder:
        started = Server(Path(folder)).wait()
        yield started
        started.stop()


def test_every_command_of_the_readme_is_run_here():
    tested = [
        "make run",
        "make test",
        "curl -s http://127.0.0.1:8000/api/v1/estimates/",
        "curl -s http://127.0.0.1:8000/api/v1/sizings/",
        "curl -s http://127.0.0.1:8000/api/v1/probe-runs/",
        ".venv/bin/python manage.py enrol_host",
        "python3 -m pip install",
        "python3 -m probes.agent run",
        "python3 -m probes.agent worker",
    ]
    assert sorted(command(start) for start in tested) == sorted(COMMANDS)


def test_make_run_serves_the_catalog(server):
    page = f"http://127.0.0.1:{server.port}/accelerators/?search=H100"
    assert b"H100" in urllib.request.urlopen(page, timeout=10).read()


def test_make_test_collects_the_whole_suite(server):
    server.environment["PYTEST_ADDOPTS"] = "--collect-only -q"
    answer = server.run(command("make test"), **{"make test": "make test WORKERS=0"})
    del server.environment["PYTEST_ADDOPTS"]
    assert answer.returncode == 0, answer.stdout[-2000:] + answer.stderr[-2000:]
    assert "test_readme.py" in answer.stdout


def test_the_estimate_answers(server):
    answer = json.loads(
        server.run(command("curl -s http://127.0.0.1:8000/api/v1/estimates/")).stdout
    )
    assert answer["feasible"] is True
    assert answer["metrics"]["tpot_ms"]["low"] < answer["metrics"]["tpot_ms"]["high"]


def test_the_sizing_ranks(server):
    answer = json.loads(server.run(command("curl -s http://127.0.0.1:8000/api/v1/sizings/")).stdout)
    assert [row["rank"] for row in answer["recommendations"]][:3] == [1, 2, 3]


def test_the_worker_extra_resolves(server):
    # A dry run: this environment must stay as it is while other tests use it.
    answer = server.run(command("python3 -m pip install"), install="install --dry-run")
    assert answer.returncode == 0, answer.stderr


def test_the_agent_probes_without_a_server(server, tmp_path):
    line = command("python3 -m probes.agent run")
    tiny = "--suite quick --device cpu --sizes tiny"
    report = tmp_path / "report.json"
    answer = server.run(line, **{"--suite quick": tiny, "report.json": str(report)})
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert json.loads(report.read_text())["status"] == "succeeded"


@pytest.fixture(scope="module")
def host(server, tmp_path_factory):
    """A probe worker of this machine that joined as the README says."""
    made = server.run(command(".venv/bin/python manage.py enrol_host"))
    assert made.returncode == 0, made.stderr
    line = command("python3 -m probes.agent worker").removeprefix("python3")
    line = line.replace("TOKEN", re.search(r"--enroll (\S+)", made.stdout).group(1))
    line = line.replace("rediss://broker.example.org:6379/0", embedded_url(server.folder))
    worker = subprocess.Popen(
        [sys.executable, *line.split(), "--state", tmp_path_factory.mktemp("state")],
        cwd=ROOT,
        env=server.environment,
    )
    yield "gpu-box"
    worker.terminate()
    worker.wait(timeout=30)


def devices(server):
    url = f"http://127.0.0.1:{server.port}/api/v1/devices/"
    return json.load(urllib.request.urlopen(url, timeout=10))["results"]


def test_a_host_joins_and_is_probed(server, host):
    deadline = time.monotonic() + 60
    while not devices(server) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert {device["host"] for device in devices(server)} == {host}
    run = json.loads(server.run(command("curl -s http://127.0.0.1:8000/api/v1/probe-runs/")).stdout)
    assert run["status"] in {"queued", "running"}


def test_sigterm_to_make_leaves_no_process(tmp_path):
    started = Server(tmp_path / "data").wait()
    assert started.stop() in {0, 2, -signal.SIGTERM}
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{started.port}/healthz", timeout=2)
    left = subprocess.run(
        ["pgrep", "-f", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert left.stdout == ""
