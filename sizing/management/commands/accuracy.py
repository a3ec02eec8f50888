"""`manage.py accuracy`: scores the engine on published measurements."""

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sizing import accuracy
from sizing.accuracy_rows import write_rows
from sizing.presentation.accuracy import accuracy_tables
from sizing.presentation.accuracy_document import with_tables
from sizing.scoring import compare


class Command(BaseCommand):
    help = "Answers published measurements and prints how far off the answers are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--truth",
            default=os.environ.get("TRUTH"),
            metavar="FOLDER",
            help="cases.jsonl, and score.py where the folder has one; default: shipped data",
        )
        parser.add_argument("--own", action="store_true", help="ignore the folder's score.py")
        parser.add_argument("--json", metavar="FILE", help="write the report as JSON too")
        parser.add_argument("--rows", metavar="FILE", help="write every figure as CSV too")
        parser.add_argument("--document", metavar="FILE", help="renew the tables in this document")
        parser.add_argument("--predictions", metavar="FILE", help="keep the answers as JSONL")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = _folder(options["truth"])
        cases = accuracy.read_cases(folder)
        if not cases:
            raise CommandError(f"No cases in {folder}.")
        answers = accuracy.answer_cases(cases)
        scorer = folder / "score.py"
        if scorer.exists() and not options["own"]:
            self.stdout.write(_scored_by(scorer, folder, answers))
        else:
            self.stdout.write(accuracy_tables(accuracy.report(cases, answers)))
        if options["predictions"]:
            _write_lines(Path(options["predictions"]), answers)
        if options["rows"]:
            write_rows(Path(options["rows"]), cases, compare(cases, answers))
        if options["json"]:
            text = json.dumps(accuracy.report(cases, answers), indent=1)
            Path(options["json"]).write_text(text + "\n", encoding="utf-8")
        if options["document"]:
            _renew(Path(options["document"]), accuracy.report(cases, answers))


def _renew(path: Path, report: Mapping[str, Any]) -> None:
    table = json.loads(accuracy.CROSS_VALIDATION.read_text(encoding="utf-8"))
    text = path.read_text(encoding="utf-8")
    path.write_text(with_tables(text, report, table), encoding="utf-8")


def _folder(name: str | None) -> Path:
    if name:
        folder = Path(name)
        if not (folder / "cases.jsonl").exists():
            raise CommandError(f"{folder} has no cases.jsonl.")
        return folder
    if not accuracy.SHIPPED_CASES.is_dir():
        raise CommandError("No measurements are shipped here; name a folder with --truth.")
    return accuracy.SHIPPED_CASES


def _write_lines(path: Path, answers: Mapping[str, Any]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(answer) + "\n" for answer in answers.values())


def _scored_by(scorer: Path, folder: Path, answers: Mapping[str, Any]) -> str:
    """What the folder's own scorer prints."""
    with tempfile.TemporaryDirectory() as scratch:
        predictions = Path(scratch) / "predictions.jsonl"
        _write_lines(predictions, answers)
        command: Sequence[str] = [
            sys.executable,
            str(scorer),
            str(predictions),
            "--cases",
            str(folder / "cases.jsonl"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandError(f"{scorer} failed: {done.stderr.strip()[-500:]}")
    return done.stdout
