"""What must hold before anything starts; each failure is one line with its remedy."""

import errno
import fcntl
import shutil
import socket
from pathlib import Path
from typing import IO

from config.stack.options import Options, StartError

LEAST_FREE_BYTES = 200_000_000
BACKLOG = 512


def check_all(options: Options) -> None:
    """Raises `StartError` with the first thing that stands in the way."""
    check_data_dir(options.data_dir)
    check_disk(options.data_dir)


def check_data_dir(data_dir: Path) -> None:
    """The data folder exists, or can be made, and takes a file."""
    probe = data_dir / ".write-check"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise StartError(f"DATA_DIR {data_dir} cannot be written ({reason}).") from None


def check_disk(data_dir: Path) -> None:
    """There is room for the database, the broker's file and the static files."""
    free = shutil.disk_usage(data_dir).free
    if free < LEAST_FREE_BYTES:
        raise StartError(
            f"The disk of {data_dir} is full: {free / 1e6:.0f} MB are free and Ridgeline needs "
            f"{LEAST_FREE_BYTES / 1e6:.0f} MB. Free some space or set DATA_DIR to another disk."
        )


def listen(host: str, port: int) -> socket.socket:
    """The socket the web server will answer on, held by the supervisor.

    It stays open while a web server that died is started again: visitors wait, and nobody else
    can take the port.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise StartError(f"HOST={host!r} is no address of this machine.") from None
    listener = socket.socket(family, kind)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise StartError(_port_problem(error, host, port)) from None
    return listener


def _port_problem(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken. Stop what uses it, or choose another: PORT={port + 1}."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than you have; choose one above 1023 with PORT=."
    return f"Cannot listen on {host}:{port} ({error.strerror})."


def lock_data_dir(data_dir: Path) -> IO[str]:
    """Keeps a second stack off the same data folder; the kernel frees the lock at our death."""
    lock = (data_dir / "stack.lock").open("w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise StartError(
            f"Ridgeline already runs on {data_dir}. Stop it, or set DATA_DIR to another folder."
        ) from None
    return lock
