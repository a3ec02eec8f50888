"""Takes reports of hosts that this site does not reach."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from kombu.exceptions import OperationalError

from probes import report_files
from probes.models import ProbeRun
from probes.services.errors import RunRefused
from probes.services.importing import import_report
from probes.services.progress import recalibrate


class Command(BaseCommand):
    help = "Import reports that a host without a way to this site wrote to files."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "paths",
            nargs="+",
            type=Path,
            metavar="PATH",
            help="a folder of first-run, or a report of `agent run --json` beside its host.json",
        )
        parser.add_argument("--name", default="", help="name of the host here (default: its own)")

    def handle(self, *args: Any, **options: Any) -> None:
        for path in options["paths"]:
            self._take(path, options["name"])

    def _take(self, path: Path, name: str) -> None:
        folder = path if path.is_dir() else path.parent
        try:
            report = report_files.read_report(path)
            info = report_files.read_host(folder / report_files.HOST)
            run, is_new = import_report(info, report, name=name)
        except RunRefused as refused:
            raise CommandError(f"{path}: {refused.detail}") from None
        except ValueError as error:
            raise CommandError(str(error)) from None
        known = "" if is_new else " (was here already)"
        self.stdout.write(f"{path}: {run.device}, {run.verdict}, {run.get_report_url()}{known}")
        if run.status == ProbeRun.Status.SUCCEEDED:
            self._calibrate(run)

    def _calibrate(self, run: ProbeRun) -> None:
        try:
            recalibrate(run)
        except OperationalError:
            self.stderr.write(
                "The broker does not answer, so the device is not calibrated by this run. "
                "Start the site and import the report again."
            )
