"""Strict readers of environment variables: a typo fails at start, not at midnight."""

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


class EnvironmentVariableError(ValueError):
    """A variable has a value that cannot be used."""


def text(name: str, default: str = "") -> str:
    """A variable, or the content of the file that NAME_FILE points to (for secrets)."""
    if value := os.environ.get(name):
        return value
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return default


def flag(name: str, *, default: bool) -> bool:
    """A switch; anything but a clear yes or no is refused."""
    value = text(name).lower()
    if not value:
        return default
    if value in TRUE | FALSE:
        return value in TRUE
    raise EnvironmentVariableError(f"{name}={value!r}: use one of on, off, true, false, 1, 0")


def count(name: str, default: int = 0) -> int:
    """How many of something there are."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdecimal()):
        raise EnvironmentVariableError(f"{name}={value!r}: write a number, 0 or more")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret_key(folder: Path) -> str:
    """SECRET_KEY, else one made on first use and kept in the data folder (mode 600)."""
    if key := text("SECRET_KEY"):
        return key
    path = folder / "secret-key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    return path.read_text(encoding="utf-8")


def database(folder: Path) -> dict[str, object]:
    """Django's DATABASES entry: DATABASE_URL, else SQLite in the data folder."""
    url = text("DATABASE_URL")
    if not url:
        return _sqlite(folder / "ridgeline.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(parts.path))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise EnvironmentVariableError(
            f"DATABASE_URL has scheme {parts.scheme!r}: use postgresql:// or sqlite:///"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _sqlite(path: Path) -> dict[str, object]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        # Opening takes longer than most questions.
        "CONN_MAX_AGE": 60,
        # A deferred transaction that upgrades to a writer fails at once under WAL;
        # taking the write lock at BEGIN makes writers queue instead.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
        },
        "TEST": {"NAME": None},
    }
