"""`manage.py size REQUEST.json [--table]`: one sizing request from a file."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sizing.api.serializers import SizingSerializer
from sizing.engine.errors import InputError
from sizing.parsing import parse_json
from sizing.presentation.table import sizing_table
from sizing.requests import as_object
from sizing.services.sizings import size, wants_measuring

NOT_HERE = "The command does not wait for devices: ask the API, or leave `measure` out."


class Command(BaseCommand):
    help = "Ranks the catalog for one sizing request; prints the answer as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("request", metavar="REQUEST.json", help="'-' reads standard input")
        parser.add_argument("--table", action="store_true", help="a table for people")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            request = as_object(parse_json(_read(options["request"])))
            if wants_measuring(request):
                raise InputError.of("measure", "unsupported", NOT_HERE)
            stored = size(request)
        except InputError as error:
            lines = [f"{wrong.attr or 'request'}: {wrong.detail}" for wrong in error.errors]
            raise CommandError("\n".join(lines)) from error
        if options["table"]:
            self.stdout.write(sizing_table(stored.sizing))
        else:
            self.stdout.write(json.dumps(SizingSerializer(stored.sizing).data, indent=1))


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"Cannot read {name}: {error.strerror}.") from error
