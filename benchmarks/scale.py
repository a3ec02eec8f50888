"""Lists over 100,000 offers with 1,000,000 observations, ten requests in flight.

Takes minutes, so it runs only when named: `python -m benchmarks scale`. On SQLite in an
installation made for it; on PostgreSQL where BENCH_DATABASE_URL names an empty database.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from benchmarks.http import free_port, wait_for
from benchmarks.timing import Figure

OFFERS, OBSERVATIONS = 100_000, 1_000_000
IN_FLIGHT, ROUNDS = 10, 100
TARGET_MS = 200.0
PAGES = (
    ("first page", "/offers/"),
    ("page 1,000", "/offers/?page=1000"),
    ("one accelerator, cheapest first", "/offers/?search=H100+SXM&ordering=amount_per_accelerator"),
    ("price range", "/offers/?amount_per_accelerator_min=1&amount_per_accelerator_max=2"),
    ("region", "/offers/?region=region-7"),
    ("two facets", "/offers/?provider=runpod&accelerator=nvidia-h100-sxm5-80gb"),
    ("search of everything", "/search/?q=H100"),
    ("feed", "/offers/feed/"),
    ("API", "/api/v1/offers/?page_size=50"),
    ("accelerator", "/accelerators/nvidia-h100-sxm5-80gb/"),
)


def run() -> Iterator[Figure]:
    databases = {"SQLite": "", "PostgreSQL": os.environ.get("BENCH_DATABASE_URL", "")}
    for name, url in databases.items():
        if name == "SQLite" or url:
            with tempfile.TemporaryDirectory(prefix="ridgeline-scale-") as folder:
                environment = {**os.environ, "DATA_DIR": folder, "RATE_LIMIT": "off"}
                environment |= {"DATABASE_URL": url} if url else {}
                yield from _filled(name, environment)


def _filled(name: str, environment: dict[str, str]) -> Iterator[Figure]:
    for order in ("migrate", "load_catalog"):
        command = [sys.executable, "manage.py", order, "--verbosity", "0"]
        subprocess.run(command, env=environment, check=True)
    command = [sys.executable, "-m", "benchmarks.crowd", str(OFFERS), str(OBSERVATIONS)]
    subprocess.run(command, env=environment, check=True)
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"]
    settings = ["--config", "python:config.stack.gunicorn_settings"]
    server = subprocess.Popen(
        [*command, *settings, "--workers", "2", "--threads", "4"], env=environment
    )
    try:
        wait_for(f"{base}/readyz")
        for page, path in PAGES:
            yield _figure(f"{name}: {page}", f"{base}{path}")
        yield _first_byte(f"{name}: first byte of the CSV of all", f"{base}/api/v1/offers/")
    finally:
        server.terminate()
        server.wait()


def _figure(name: str, url: str) -> Figure:
    _seconds(url)
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        taken = sorted(pool.map(_seconds, [url] * ROUNDS))
    alone = statistics.median(_seconds(url) for _ in range(5))
    p95 = taken[int(0.95 * len(taken)) - 1]
    note = f"p95 at {IN_FLIGHT} in flight; alone {1e3 * alone:.0f} ms"
    return Figure(name, 1e3 * p95, "ms", note, at_most=TARGET_MS)


def _seconds(url: str) -> float:
    start = time.perf_counter()
    urllib.request.urlopen(url, timeout=60).read()
    return time.perf_counter() - start


def _first_byte(name: str, url: str) -> Figure:
    start = time.perf_counter()
    with urllib.request.urlopen(f"{url}?format=csv", timeout=60) as answer:
        answer.read(1)
        first = time.perf_counter() - start
        size = len(answer.read())
    whole = time.perf_counter() - start
    return Figure(name, 1e3 * first, "ms", f"all {size / 1e6:.0f} MB in {whole:.1f} s")
