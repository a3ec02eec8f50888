"""Ties a process to the life of its parent, so that nothing is left when the parent is killed."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

# Loaded at import: between fork and exec it is too late to look for a library.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(parent_pid: int | None = None) -> None:
    """Asks the kernel to kill this process when its parent dies (Linux; elsewhere nothing).

    `parent_pid`, where given, closes the gap in which the parent is already gone.
    """
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent_pid is not None and os.getppid() != parent_pid:
        os._exit(1)
