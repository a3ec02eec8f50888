"""What `make run` can be told, read from the environment once."""

import os
from dataclasses import dataclass
from pathlib import Path

from config import env

PROJECT = Path(__file__).resolve().parent.parent.parent
HIGHEST_PORT = 65535


class StartError(RuntimeError):
    """The stack cannot start; the text is the one line that people read."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """Where the stack listens, where it keeps its data, and whether it probes."""

    host: str
    port: int
    data_dir: Path
    probes: bool

    @property
    def base_url(self) -> str:
        """The address people open."""
        return f"http://{self.host}:{self.port}"


def read_options() -> Options:
    """Options from HOST, PORT, DATA_DIR and PROBES; a bad value is a `StartError`."""
    try:
        return Options(
            host=env.text("HOST", "127.0.0.1"),
            port=_port(env.text("PORT", "8000")),
            data_dir=Path(env.text("DATA_DIR", str(PROJECT / "var"))).resolve(),
            probes=env.flag("PROBES", default=True),
        )
    except env.EnvironmentVariableError as error:
        raise StartError(str(error)) from None


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= HIGHEST_PORT:
        raise StartError(f"PORT={text!r}: use a number from 1 to {HIGHEST_PORT}.")
    return int(text)


def child_environment(options: Options) -> dict[str, str]:
    """The environment of every child: the same answers to the same questions."""
    return {
        **os.environ,
        "DATA_DIR": str(options.data_dir),
        "HOST": options.host,
        "PORT": str(options.port),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "HASHED_STATIC": "on",
        "PYTHONUNBUFFERED": "1",
        # In a container everything runs as root; Celery need not say so at every start.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
