"""The Celery application of a GPU host: one queue, one probe at a time."""

import signal
import threading
import time
from typing import Any

from celery import Celery, signals
from kombu import Queue

from probes.agent.worker.courier import Courier
from probes.agent.worker.job import Desk, failed, perform, report

SOFT_LIMIT_S, HARD_LIMIT_S, VISIBILITY_S = 660, 720, 3600
RUN_TASK = "probes.run"


def make_app(broker_url: str, queue: str) -> Celery:
    """A Celery application that takes jobs of one host from the broker at `broker_url`.

    Limits lie inside each other: the runner's deadline (600 s), the soft limit, the hard limit,
    the time after which the broker offers a message again. What is taken stays this host's own:
    the keys that hold unacknowledged messages carry its name.

    The address is also set for reading and writing apart, because Celery lets CELERY_BROKER_URL
    of the environment win over a plain `broker_url`.
    """
    app = Celery("ridgeline-host", broker=broker_url)
    app.conf.update(
        broker_read_url=broker_url,
        broker_write_url=broker_url,
        task_queues=[Queue(queue)],
        task_default_queue=queue,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=False,
        task_soft_time_limit=SOFT_LIMIT_S,
        task_time_limit=HARD_LIMIT_S,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": VISIBILITY_S,
            # With a plain separator the access list can name all of this host's keys.
            "sep": ":",
            "unacked_key": f"unacked.{queue}",
            "unacked_index_key": f"unacked_index.{queue}",
            "unacked_mutex_key": f"unacked_mutex.{queue}",
        },
    )
    return app


def add_task(app: Celery, desk: Desk) -> None:
    """Give the application its one task."""

    @app.task(name=RUN_TASK)
    def run(letter: Any) -> None:
        perform(desk, letter)


def connect_signals(desk: Desk, courier: Courier) -> None:
    """Tie the courier and the pool to the life of the worker."""
    stopping = threading.Event()
    parent_is_stopping = desk.claims.folder / f"stopping-{desk.claims.session}"
    # The pool is another process: a file tells it what an event tells this one.
    desk.is_stopping = parent_is_stopping.exists

    @signals.worker_ready.connect(weak=False)
    def _begin(**_: object) -> None:
        courier.start()

    @signals.worker_shutting_down.connect(weak=False)
    def _end_current_run(**_: object) -> None:
        stopping.set()
        parent_is_stopping.parent.mkdir(parents=True, exist_ok=True)
        parent_is_stopping.touch()

    @signals.worker_shutdown.connect(weak=False)
    def _flush(**_: object) -> None:
        courier.close()
        parent_is_stopping.unlink(missing_ok=True)

    @signals.worker_process_init.connect(weak=False)
    def _die_with_worker(**_: object) -> None:
        die_with_parent()

    @signals.task_failure.connect(weak=False)
    def _report_lost(exception: BaseException | None = None, **_: object) -> None:
        # Here only what the task itself could not report: its process was killed.
        for job in desk.claims.active():
            reason = f"the worker's process was lost ({type(exception).__name__}: {exception})"
            report(desk, job, failed(job, reason, time.time()))


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent dies (Linux only)."""
    import ctypes
    import sys

    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
