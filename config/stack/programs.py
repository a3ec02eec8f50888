"""The programs of the stack and how each is started."""

import sys
from pathlib import Path
from typing import Any

from config import broker
from config.stack.child import Child
from config.stack.options import PROJECT, Options, child_environment

WEB_WORKERS = 2
WEB_THREADS = 4
INGEST_PROCESSES = 2
# What the server says at every start and stop, at its lowest level of detail.
BROKER_CHATTER = ("overcommit_memory", "signal-handler", "ready to exit")


def broker_server(options: Options) -> Child:
    """The embedded broker of this data folder."""
    broker.make_socket_folder(options.data_dir)
    broker.broker_folder(options.data_dir).mkdir(exist_ok=True)
    return _child(
        "broker",
        broker.server_command(options.data_dir),
        options,
        stop_within_s=3.0,
        hidden_lines=BROKER_CHATTER,
    )


def preparation(options: Options, announcement: Path) -> Child:
    """Migrations, catalog, static files and the operator; ends when all is ready."""
    command = [sys.executable, "-m", "config.stack.prepare", str(announcement)]
    return _child("prepare", command, options)


def ingest_worker(options: Options) -> Child:
    """Takes in what hosts report; its embedded clock also ends runs that went silent."""
    command = [
        *(sys.executable, "-m", "celery", "--quiet", "-A", "config", "worker"),
        *("--queues", "ingest", "--hostname", "ingest@ridgeline", "--loglevel", "WARNING"),
        *("--pool", "prefork", "--concurrency", str(INGEST_PROCESSES)),
        *("--beat", "--scheduler", "celery.beat:Scheduler"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]
    return _child("ingest", command, options)


def probe_worker(options: Options) -> Child:
    """The probe worker of this machine."""
    command = [
        *(sys.executable, "-m", "probes.agent", "worker"),
        *("--broker", broker.url(options.data_dir)),
        *("--state", str(worker_folder(options))),
    ]
    return _child("probes", command, options, stop_within_s=8.0)


def worker_folder(options: Options) -> Path:
    """Where this machine's probe worker keeps its keys and its unsent reports."""
    return options.data_dir / "worker"


def web_server(options: Options, listener: int) -> Child:
    """The site and the REST API, on a listening socket that the supervisor holds."""
    command = [
        *(sys.executable, "-m", "gunicorn", "config.wsgi"),
        *("--config", str(PROJECT / "config" / "stack" / "gunicorn_settings.py")),
        *("--bind", f"fd://{listener}"),
        *("--workers", str(WEB_WORKERS), "--threads", str(WEB_THREADS)),
    ]
    return _child("web", command, options, keep_open=(listener,))


def _child(name: str, command: list[str], options: Options, **more: Any) -> Child:
    return Child(
        name=name,
        command=command,
        environment=child_environment(options),
        directory=str(PROJECT),
        **more,
    )
