"""Collects static files only when one of them, or the project's version of them, changed."""

import hashlib

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

STAMP = "collected-from"
# The second API browser that the documentation package brings along.
UNUSED = ["redoc*"]


def collect_if_changed() -> None:
    """Runs collectstatic unless the files it would read are those of the last time."""
    stamp = settings.STATIC_ROOT / STAMP
    inputs = _fingerprint()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == inputs:
        return
    call_command(
        "collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=UNUSED
    )
    stamp.write_text(inputs, encoding="utf-8")


def _fingerprint() -> str:
    """Path, size and time of every source file: enough to see a change, and quick."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = f"{storage.size(path)} {storage.get_modified_time(path).timestamp()}"
            digest.update(f"{path} {status}\n".encode())
    return digest.hexdigest()
