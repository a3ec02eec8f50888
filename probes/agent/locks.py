"""One probe at a time per device: an advisory lock that the kernel frees when its holder dies."""

import contextlib
import fcntl
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
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


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
