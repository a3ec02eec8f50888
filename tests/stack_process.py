"""A whole stack as `make run` starts it, for tests that use it as its user would."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 120


class Stack:
    """A running stack, asked over HTTP like any user would."""

    def __init__(self, folder):
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE"}
        } | {
            "DATA_DIR": str(folder),
            "PORT": str(self.port),
            "PROBES": "on",
            # Device locks lie there: a run of another test must not hold up this one.
            "TMPDIR": str(folder.parent),
        }
        self.lines = []
        self.start()

    def start(self):
        self.lines.clear()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.stack"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True).start()
        self.until(lambda: any("ready at" in line for line in self.lines), "ready")

    def _read(self, stream):
        self.lines.extend(stream)

    def until(self, condition, what):
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, (what, "".join(self.lines[-40:]))
            assert self.process.poll() is None, "".join(self.lines[-40:])
            time.sleep(0.1)

    def api(self, path, body=None):
        token = (self.folder / "operator-token").read_text().strip()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def device(self):
        def found():
            return [
                row["id"] for row in self.api("devices/")["results"] if row["status"] == "online"
            ]

        self.until(found, "a device")
        return found()[0]

    def run(self, *probes):
        granted = {}

        def is_granted():
            body = {"device": self.device(), "probes": probes}
            try:
                granted.update(self.api("probe-runs/", body))
            except urllib.error.HTTPError as error:
                if error.code != 400:
                    raise
                # A host that was stopped counts as online for some seconds, and then not.
                return False
            return True

        self.until(is_granted, "a run")
        return granted["id"]

    def end_of(self, run):
        self.until(lambda: self.state(run)["status"] not in {"queued", "running"}, "an end")
        return self.state(run)

    def state(self, run):
        try:
            return self.api(f"probe-runs/{run}/")
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return {"status": "running"}

    def is_at_work(self, run):
        state = self.state(run)
        return state["status"] == "running" and state.get("progress", {}).get("probe")

    def family(self):
        """Process id and command line of everything the supervisor started, at any depth."""
        parents = {pid: parent_of(pid) for pid in all_pids()}
        found, generation = {}, {self.process.pid}
        while generation:
            generation = {pid for pid, parent in parents.items() if parent in generation}
            found |= {pid: command_of(pid) for pid in generation}
        return found

    def kill(self, part):
        """kill -9 of the first process whose command line holds `part`."""
        os.kill(min(pid for pid, line in self.family().items() if part in line), signal.SIGKILL)


def all_pids():
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def parent_of(pid):
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def command_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
