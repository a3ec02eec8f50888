"""One probe at a time per device: an advisory lock that the kernel frees when its holder dies."""

import contextlib
import fcntl
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

POLL_S = 0.2


class DeviceBusyError(Exception):
    """Another probe run holds the device."""


def lock_path(device_uuid: str) -> Path:
    """The lock file of a device; shared by every user of this machine's temporary folder."""
    name = re.sub(r"[^A-Za-z0-9-]", "_", device_uuid)
    return Path(tempfile.gettempdir()) / f"ridgeline-probe-{name}.lock"


@contextlib.contextmanager
def device_lock(
    device_uuid: str, *, wait_s: float = 0.0, should_stop: Callable[[], bool] = lambda: False
) -> Iterator[None]:
    """Hold the lock of one device, waiting up to `wait_s`; raises `DeviceBusyError`."""
    descriptor = os.open(lock_path(device_uuid), os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    try:
        deadline = time.monotonic() + wait_s
        while not _try_lock(descriptor):
            if time.monotonic() >= deadline or should_stop():
                raise DeviceBusyError("another probe run holds this device")
            time.sleep(POLL_S)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def device_locks(
    device_uuids: Iterable[str],
    *,
    wait_s: float = 0.0,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[None]:
    """Hold the locks of several devices, always taken in the same order so that no two runs block.

    `wait_s` is the patience for all of them together. Raises `DeviceBusyError`, holding none.
    """
    deadline = time.monotonic() + wait_s
    with contextlib.ExitStack() as held:
        for uuid in sorted(set(device_uuids)):
            left = max(0.0, deadline - time.monotonic())
            held.enter_context(device_lock(uuid, wait_s=left, should_stop=should_stop))
        yield


def mark_wedged(device_uuid: str) -> None:
    """Note that a process on this device cannot be ended: it stays unused until the next boot."""
    path = lock_path(device_uuid)
    path.with_suffix(".wedged").write_text(_boot_id(), encoding="utf-8")


def is_wedged(device_uuid: str) -> bool:
    """Whether the device was marked since this machine started."""
    try:
        return lock_path(device_uuid).with_suffix(".wedged").read_text("utf-8") == _boot_id()
    except OSError:
        return False


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return "unknown"


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
