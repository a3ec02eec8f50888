"""Lists over 100,000 offers with 1,000,000 observations, ten requests in flight.

Takes minutes, so it runs only when named: `python -m benchmarks scale`. On SQLite in an
installation made for it; on PostgreSQL where BENCH_DATABASE_URL names an empty database.
BENCH_FILLED names the data folder of an installation that was filled before, to ask it again
(with BENCH_DATABASE_URL, both databases were).
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from benchmarks.http import free_port, resident_mb, wait_for, wait_until_idle, workers_cpu_s
from benchmarks.questions import SEED, kinds
from benchmarks.timing import Figure

OFFERS, OBSERVATIONS = 100_000, 1_000_000
IN_FLIGHT, ROUNDS = 10, 200
TARGET_MS = 200.0
# As browsers ask: the server compresses what it answers.
HEADERS = {"Accept-Encoding": "gzip"}


def run() -> Iterator[Figure]:
    databases = {"SQLite": "", "PostgreSQL": os.environ.get("BENCH_DATABASE_URL", "")}
    for name, url in databases.items():
        if name == "SQLite" or url:
            with tempfile.TemporaryDirectory(prefix="ridgeline-scale-") as folder:
                filled = os.environ.get("BENCH_FILLED")
                environment = {**os.environ, "DATA_DIR": filled or folder, "RATE_LIMIT": "off"}
                environment |= {"DATABASE_URL": url} if url else {}
                if not filled:
                    _fill(environment)
                yield from _served(name, environment)


def _fill(environment: dict[str, str]) -> None:
    for order in ("migrate", "load_catalog"):
        command = [sys.executable, "manage.py", order, "--verbosity", "0"]
        subprocess.run(command, env=environment, check=True)
    command = [sys.executable, "-m", "benchmarks.crowd", str(OFFERS), str(OBSERVATIONS)]
    subprocess.run(command, env=environment, check=True)


def _served(name: str, environment: dict[str, str]) -> Iterator[Figure]:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"]
    settings = ["--config", "python:config.stack.gunicorn_settings"]
    server = subprocess.Popen(
        [*command, *settings, "--workers", "2", "--threads", "4"], env=environment
    )
    try:
        wait_for(f"{base}/healthz")
        wait_until_idle(server.pid)
        yield from _answers(name, base, server.pid)
        yield from _after_a_change(name, base, environment)
        yield Figure(f"{name}: a web worker after all of this", resident_mb(server.pid), "MB")
    finally:
        server.terminate()
        server.wait()


def _answers(name: str, base: str, pid: int) -> Iterator[Figure]:
    for kind in kinds(base):
        yield _figure(f"{name}: {kind.name}, new questions", base, pid, kind.varied(ROUNDS))
        yield _figure(f"{name}: {kind.name}, repeated", base, pid, [kind.path] * ROUNDS)
    mixed = [path for kind in kinds(base) for path in kind.varied(2 * ROUNDS)[ROUNDS:][:40]]
    random.Random(SEED).shuffle(mixed)
    yield _figure(f"{name}: all of these mixed, new questions", base, pid, mixed)
    yield _first_byte(f"{name}: first byte of the CSV of all", f"{base}/api/v1/offers/")


def _after_a_change(name: str, base: str, environment: dict[str, str]) -> Iterator[Figure]:
    change = "from catalog.services import record_edit; record_edit('Benchmark')"
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", change], env=environment, check=True
    )
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        taken = list(pool.map(_seconds, [f"{base}/offers/"] * IN_FLIGHT))
    note = f"slowest of {IN_FLIGHT} asked at once; each worker reads its index anew"
    yield Figure(f"{name}: first list after a change", 1e3 * max(taken), "ms", note)


def _figure(name: str, base: str, pid: int, paths: list[str]) -> Figure:
    urls = [f"{base}{path}" for path in paths]
    before = workers_cpu_s(pid)
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        taken = sorted(pool.map(_seconds, urls))
    busy = (workers_cpu_s(pid) - before) / len(urls)
    p95, middle = taken[int(0.95 * len(taken)) - 1], statistics.median(taken)
    alone = statistics.median(_seconds(url) for url in urls[:5])
    note = f"p95 at {IN_FLIGHT} in flight; median {1e3 * middle:.0f}, alone {1e3 * alone:.0f} ms"
    note += f"; {1e3 * busy:.0f} ms of a worker's processor; load {os.getloadavg()[0]:.1f}"
    return Figure(name, 1e3 * p95, "ms", note, at_most=TARGET_MS)


def _seconds(url: str) -> float:
    start = time.perf_counter()
    urllib.request.urlopen(urllib.request.Request(url, headers=HEADERS), timeout=60).read()
    return time.perf_counter() - start


def _first_byte(name: str, url: str) -> Figure:
    start = time.perf_counter()
    with urllib.request.urlopen(f"{url}?format=csv", timeout=120) as answer:
        answer.read(1)
        first = time.perf_counter() - start
        size = len(answer.read())
    whole = time.perf_counter() - start
    return Figure(name, 1e3 * first, "ms", f"all {size / 1e6:.0f} MB in {whole:.1f} s")
