"""`manage.py estimate CASES.jsonl [-o OUT.jsonl]`: one answer per line."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
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
        answers = estimate_lines(_lines(options["cases"]))
        output = options["output"]
        target = nullcontext(self.stdout) if output is None else _open(output)
        with target as out:
            for answer in answers:
                out.write(json.dumps(answer, separators=(",", ":")) + "\n")


def _lines(name: str) -> Iterator[str]:
    if name == "-":
        yield from sys.stdin
        return
    try:
        # A line of broken UTF-8 must not stop the others: it is answered with an error.
        with Path(name).open(encoding="utf-8", errors="surrogateescape") as file:
            yield from file
    except OSError as error:
        raise CommandError(f"Cannot read {name}: {error.strerror}.") from error


def _open(name: str) -> Any:
    try:
        return Path(name).open("w", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"Cannot write {name}: {error.strerror}.") from error
