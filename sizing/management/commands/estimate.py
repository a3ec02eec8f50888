"""`manage.py estimate CASES.jsonl [-o OUT.jsonl]`: one answer per line."""

import json
import sys
from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sizing.services.estimates import estimate_lines


class Command(BaseCommand):
    help = "Answers estimate requests, one JSON object per line; a bad line never stops it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cases", metavar="CASES.jsonl", help="'-' reads standard input")
        parser.add_argument("-o", "--output", metavar="OUT.jsonl", help="default: standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        name, output = options["cases"], options["output"]
        with _opened(name) as lines:
            target = nullcontext(self.stdout) if output is None else _created(output, name)
            with target as out:
                for answer in estimate_lines(lines):
                    out.write(json.dumps(answer, separators=(",", ":")) + "\n")


def _opened(name: str) -> Any:
    # Bytes: a line of broken UTF-8 is answered with an error and does not stop the others.
    if name == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise CommandError(f"Cannot read {name}: {error.strerror}.") from error


def _created(name: str, cases: str) -> Any:
    path = Path(name)
    if path.exists() and cases != "-" and path.samefile(cases):
        raise CommandError(f"{name} holds the cases; name another file for the answers.")
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"Cannot write {name}: {error.strerror}.") from error
