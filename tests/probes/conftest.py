"""A real broker, real keys and a host that never needs a GPU."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from celery import Celery, current_app

from config import broker


@pytest.fixture(scope="session")
def broker_url():
    """The broker of TEST_BROKER_URL, else an embedded one of this test process."""
    if given := os.environ.get("CELERY_BROKER_URL"):
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="rl-broker-"))
    broker.broker_folder(folder).mkdir()
    server = subprocess.Popen(broker.server_command(folder), stdout=subprocess.DEVNULL)
    while not broker.answers(folder):
        assert server.poll() is None, "the embedded broker does not start"
        time.sleep(0.01)
    yield broker.embedded_url(folder)
    server.kill()
    server.wait()
    shutil.rmtree(folder)


def site_app(url):
    """The web side's application at `url`, whatever broker the environment names."""
    app = Celery("site")
    app.conf.update(broker_read_url=url, broker_write_url=url)
    return app


@pytest.fixture
def real_broker(broker_url, monkeypatch):
    """An empty broker, to which the web side publishes during this test."""
    app = site_app(broker_url)
    with app.connection_for_write() as connection:
        connection.default_channel.client.flushdb()
    monkeypatch.setattr(current_app._get_current_object(), "send_task", app.send_task)
    yield broker_url
    app.close()


@pytest.fixture
def sent(monkeypatch):
    """What the web side hands to Celery, where a test is not about the broker."""
    messages = []
    monkeypatch.setattr(
        current_app._get_current_object(),
        "send_task",
        lambda name, args=None, **options: messages.append((name, args, options)),
    )
    return messages


@pytest.fixture(autouse=True)
def _keys_of_this_test(settings, tmp_path):
    settings.PROBE_KEYS_DIR = tmp_path / "keys"
