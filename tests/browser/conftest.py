"""Chromium against a whole stack, with the shipped catalog and a probe worker of this machine."""

import os
import re
import shutil

import pytest

from tests.browser.visitor import SETTINGS, Visitor
from tests.stack_process import Stack

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
QUIET = ("background-networking", "component-update", "sync", "gpu")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    if not CHROMIUM:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    stack = Stack(tmp_path_factory.mktemp("browsed") / "data")
    yield stack
    stack.process.terminate()
    stack.process.wait(timeout=60)


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    # Ends with the module: while Playwright's loop runs, Django refuses its database here.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", *(f"--disable-{part}" for part in QUIET)],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def signed_in(running, chromium):
    """The cookies of the operator, who used the link that the start prints."""
    links = re.compile(r"http\S+key=\S+")
    running.until(lambda: links.search("".join(running.lines)), "a sign-in link")
    link = links.search("".join(running.lines))
    with chromium.new_context() as context:
        answer = context.new_page().goto(link.group())
        assert answer.ok
        return context.storage_state()


@pytest.fixture(params=SETTINGS, ids=lambda setting: f"{setting[0]}-{setting[1]}")
def visitor(request, running, chromium, signed_in):
    scheme, width = request.param
    with chromium.new_context(
        base_url=f"http://127.0.0.1:{running.port}",
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        storage_state=signed_in,
    ) as context:
        visitor = Visitor(context.new_page(), f"{scheme}-{width}")
        yield visitor
        assert visitor.complaints == []
