"""What a first visit to each page weighs, and when its largest part is painted.

Needs Chromium and Playwright, so it runs only when named: `python -m benchmarks pages`. Every visit
begins with an empty cache, through one web worker on loopback.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

from benchmarks import cases
from benchmarks.http import free_port, wait_for
from benchmarks.timing import Figure

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
VISITS = 5
SETTLED_MS = 250
MOST_KB, MOST_MS = 100.0, 1000.0
H100 = "nvidia-h100-sxm5-80gb"
DGX = "nvidia-dgx-h100-8x-h100-sxm5-80gb"
PAGES = (
    *("/", "/accelerators/", f"/accelerators/{H100}/", f"/accelerators/{H100}/runs/"),
    *("/servers/", f"/servers/{DGX}/", "/instances/", "/offers/", "/models/"),
    *("/models/llama-3.1-8b/", "/size/", f"/rent-or-buy/?server={DGX}", "/search/?q=H100"),
    f"/compare/?kind=accelerators&id={H100}&id=nvidia-h200-sxm5-141gb",
    *("/devices/", "/accuracy/", "/accuracy/rows/", "/glossary/", "/sources/"),
)
WATCH = """
window.largest = 0;
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.largest = entry.startTime;
}).observe({type: "largest-contentful-paint", buffered: true});
"""


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="ridgeline-pages-") as folder:
        environment = {**os.environ, "RATE_LIMIT": "off", "DATA_DIR": folder, "HASHED_STATIC": "on"}
        for order in (["migrate"], ["load_catalog"], ["collectstatic", "--no-input"]):
            command = [sys.executable, "manage.py", *order, "--verbosity", "0"]
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
        yield from _visited(base)
    finally:
        server.terminate()
        server.wait()


def _visited(base: str) -> Iterator[Figure]:
    from playwright.sync_api import sync_playwright

    answer = _sizing(base)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for path in (*PAGES, answer, f"{answer}purchase/"):
            visits = [_visit(browser, f"{base}{path}") for _ in range(VISITS)]
            name = path.replace(answer, "/sizings/<id>/")
            weight_kb, requests = visits[0][0] / 1e3, visits[0][1]
            yield Figure(f"{name[:40]}", weight_kb, "kB", f"{requests} requests", at_most=MOST_KB)
            painted_ms = statistics.median(visit[2] for visit in visits)
            worst_ms = max(visit[2] for visit in visits)
            yield Figure(f"{name[:40]}", painted_ms, "ms", f"worst {worst_ms:.0f}", at_most=MOST_MS)
        browser.close()


def _sizing(base: str) -> str:
    """The path of an answer made for this run."""
    body = json.dumps(cases.sizing_request("concurrency")).encode()
    request = urllib.request.Request(
        f"{base}/api/v1/sizings/", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return urllib.parse.urlsplit(json.load(response)["url"]).path


def _visit(browser: Any, url: str) -> tuple[float, int, float]:
    """Bytes on the wire with headers, requests, and milliseconds to the largest paint."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.add_init_script(WATCH)
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        received: list[float] = []
        wire.on(
            "Network.loadingFinished", lambda event: received.append(event["encodedDataLength"])
        )
        answer = page.goto(url, wait_until="load")
        if not answer.ok:
            raise RuntimeError(f"{url} answered {answer.status}")
        page.wait_for_timeout(SETTLED_MS)
        return sum(received), len(received), float(page.evaluate("window.largest"))
