"""Latency through a real server on loopback, and what its worker holds in memory."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from benchmarks import cases
from benchmarks.timing import Figure, median_s


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except OSError:  # refused, reset or too slow while it starts
            time.sleep(0.1)
        else:
            return


def wait_until_idle(pid: int, longest_s: float = 180.0) -> None:
    """Until the workers of a server have warmed up."""
    end, before = time.monotonic() + longest_s, -1.0
    while time.monotonic() < end and (now := workers_cpu_s(pid)) - before > 0.1:
        before = now
        time.sleep(1)


def workers_cpu_s(pid: int) -> float:
    """Processor time that the workers of a server have used."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = 0
    for child in children:
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _post(url: str, body: object) -> None:
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(request, timeout=30).read()


def resident_mb(pid: int) -> float:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    sizes = []
    for child in children or [str(pid)]:
        status = Path(f"/proc/{child}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        sizes.append(int(line.split()[1]) / 1e3)
    return max(sizes)


def run() -> Iterator[Figure]:
    # In an installation of its own: one that was asked before would hand out stored answers.
    with tempfile.TemporaryDirectory(prefix="ridgeline-bench-") as folder:
        environment = {**os.environ, "RATE_LIMIT": "off", "DATA_DIR": folder}
        for order in ("migrate", "load_catalog"):
            command = [sys.executable, "manage.py", order, "--verbosity", "0"]
            subprocess.run(command, env=environment, check=True)
        yield from _served(environment)


def _served(environment: dict[str, str]) -> Iterator[Figure]:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    settings = ["--config", "python:config.stack.gunicorn_settings"]
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen(
        [*command, *settings, "--workers", "1", "--threads", "2"], env=environment
    )
    try:
        wait_for(f"{base}/healthz")
        yield from _latencies(base)
        resident = resident_mb(server.pid)
        yield Figure("memory of the web worker", resident, "MB", "resident", at_most=250.0)
    finally:
        server.terminate()
        server.wait()


def _latencies(base: str) -> Iterator[Figure]:
    estimates = f"{base}/api/v1/estimates/"
    for load in cases.LOADS:
        seconds = median_s(lambda load=load: _post(estimates, cases.estimate_request(load)))
        yield Figure(f"POST estimates/, {load}", seconds * 1e3, "ms")
    sizings = f"{base}/api/v1/sizings/"
    for load in cases.LOADS:
        seconds = median_s(lambda load=load: _post(sizings, cases.sizing_request(load)))
        name = f"POST sizings/ (whole catalog), {load}"
        yield Figure(name, seconds * 1e3, "ms", at_most=150.0)
    for page in ("/", "/accelerators/", "/offers/", "/size/"):
        url = f"{base}{page}"
        seconds = median_s(lambda url=url: urllib.request.urlopen(url, timeout=30).read())
        yield Figure(f"GET {page}", seconds * 1e3, "ms")
