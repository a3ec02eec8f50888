"""Lets a host join: this machine by its key file, another one by a token."""

import socket
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from probes import signing
from probes.joining import JoinToken
from probes.services import enrolment, invitation
from probes.services.errors import RunRefused


class Command(BaseCommand):
    help = "Print an enrolment token for a GPU host, or enrol the worker of this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", default="", help="name of the host on the site")
        parser.add_argument(
            "--local", action="store_true", help="enrol the worker that shares this data folder"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["local"]:
            name = invitation.plain_name(options["name"] or socket.gethostname())
            enrol_local_worker(name, Path(settings.DATA_DIR) / "worker")
            return
        if not options["name"]:
            raise CommandError("Name the host: ./manage.py enrol_host NAME")
        try:
            found = invitation.invite(options["name"])
        except RunRefused as refused:
            raise CommandError(refused.detail) from None
        if found.notice:
            self.stderr.write(found.notice)
        if found.broker_command:
            self.stdout.write("On the broker:")
            self.stdout.write(found.broker_command)
        self.stdout.write(f"On {found.name}, within 24 hours:")
        self.stdout.write(found.command)


def enrol_local_worker(name: str, folder: Path) -> None:
    """Makes the worker's key, trusts it, and leaves the server's key beside it."""
    key = signing.load_or_make_key(folder / "host.key")
    trusted = enrolment.trust_key(name, key.public_key())
    token = JoinToken(name=trusted.name, server_key=enrolment.server_key_text())
    (folder / "identity").write_text(token.to_text() + "\n", encoding="utf-8")
