"""Lets a host join: this machine by its key file, another one by a token."""

import re
import socket
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from probes import signing
from probes.joining import JoinToken
from probes.services import enrolment

LONGEST_NAME = 63


class Command(BaseCommand):
    help = "Print an enrolment token for a GPU host, or enrol the worker of this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", default="", help="name of the host on the site")
        parser.add_argument(
            "--local", action="store_true", help="enrol the worker that shares this data folder"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = host_name(options["name"] or socket.gethostname())
        if options["local"]:
            enrol_local_worker(name, Path(settings.DATA_DIR) / "worker")
            return
        if not options["name"]:
            raise CommandError("Name the host: ./manage.py enrol_host NAME")
        token = enrolment.issue_token(name).to_text()
        self.stdout.write(f"On {name}, within 24 hours:")
        self.stdout.write(f"python -m probes.agent worker --broker URL --enroll {token}")


def enrol_local_worker(name: str, folder: Path) -> None:
    """Makes the worker's key, trusts it, and leaves the server's key beside it."""
    key = signing.load_or_make_key(folder / "host.key")
    trusted = enrolment.trust_key(name, key.public_key())
    token = JoinToken(name=trusted.name, server_key=enrolment.server_key_text())
    (folder / "identity").write_text(token.to_text() + "\n", encoding="utf-8")


def host_name(text: str) -> str:
    """A name that can stand in an address: letters, digits and dashes."""
    plain = re.sub(r"[^a-z0-9-]+", "-", text.lower().split(".")[0]).strip("-")
    return plain[:LONGEST_NAME] or "this-machine"
