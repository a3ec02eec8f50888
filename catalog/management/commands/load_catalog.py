"""`manage.py load_catalog`: bring the database to what catalog/data/ says."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.errors import CatalogError
from catalog.loading.catalog import DATA, is_current, load_catalog
from catalog.loading.report import Report


class Command(BaseCommand):
    """Thin shell around `catalog.loading.catalog`."""

    help = "Load the shipped catalog; idempotent, never deletes. Prints what changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--data", type=Path, default=DATA, help="Folder with the data files.")
        parser.add_argument(
            "--force", action="store_true", help="Read the files even if unchanged."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["data"]
        if not (folder / "sources.toml").is_file():
            raise CommandError(f"{folder} holds no catalog data (sources.toml is missing).")
        if is_current(folder) and not options["force"]:
            self.stdout.write("The catalog is up to date; no file changed since the last load.")
            return
        try:
            report = load_catalog(folder)
        except (CatalogError, ValueError, KeyError) as error:
            raise CommandError(f"Nothing was loaded: {error!r}") from error
        self._print(report, verbose=options["verbosity"] > 1)

    def _print(self, report: Report, *, verbose: bool) -> None:
        for line in report.lines():
            self.stdout.write(line)
        refused = [entry for entry in report.refusals if verbose or not entry.queued]
        for entry in refused:
            self.stdout.write(self.style.WARNING(str(entry)))
        if len(refused) < len(report.refusals):
            self.stdout.write(
                "Queued rows wait at /admin/catalog/reviewitem/; -v 2 prints each with its reason."
            )
