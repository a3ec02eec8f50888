"""Gunicorn's settings under the supervisor."""

import gc
import os
import threading
from typing import Any

from config.stack.lifeline import die_with_parent

preload_app = True
worker_class = "gthread"
graceful_timeout = 3
timeout = 60
keepalive = 5
control_socket_disable = True
loglevel = "warning"


def post_fork(server: Any, worker: Any) -> None:
    """A killed master takes its workers with it, so the port is free for the next one."""
    die_with_parent(os.getppid())


def post_worker_init(worker: Any) -> None:
    """The first visitor should not wait for caches; a thread, so that the port answers at once."""
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()


def _warm_up() -> None:
    from django.db import connections

    from catalog.warmup import warm_up as warm_up_catalog
    from sizing.warmup import warm_up as warm_up_sizing

    try:
        warm_up_catalog()
        warm_up_sizing()
    finally:
        connections.close_all()
    # What is loaded now stays: a full collection in a request would walk it for 0.1 s.
    gc.collect()
    gc.freeze()
