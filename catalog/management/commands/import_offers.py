"""`manage.py import_offers FILE.csv`: prices from a file of your own, after the loader's checks."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.errors import CatalogError
from catalog.importing.difference import USUAL_LINES
from catalog.importing.landing import Imported, import_offers
from catalog.importing.reading import rows_of_file
from catalog.loading.catalog import DATA
from catalog.models import Source, Vendor


class Command(BaseCommand):
    """Thin shell around `catalog.importing`."""

    help = "Shows what a CSV of offers would change; with --apply it changes that."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="As in catalog/data/offers, or as the list is exported."
        )
        parser.add_argument(
            "--source", required=True, help="Slug of the source that rows without one cite."
        )
        parser.add_argument(
            "--provider", help="Slug of the vendor who asks; the name of the file if left out."
        )
        parser.add_argument("--apply", action="store_true", help="Write it; else it only shows.")
        parser.add_argument(
            "--data", type=Path, default=DATA, help="Folder with the rules of instance families."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not Source.objects.filter(slug=options["source"]).exists():
            raise CommandError(
                f"--source: no source is called {options['source']!r}. Define it in "
                "catalog/data/sources.toml and run load_catalog, or add it in the admin."
            )
        if options["provider"] and not Vendor.objects.filter(slug=options["provider"]).exists():
            raise CommandError(f"--provider: no vendor is called {options['provider']!r}.")
        try:
            rows = rows_of_file(
                path, provider=options["provider"] or path.stem, source=options["source"]
            )
            done = import_offers(
                rows, name=path.name, apply=options["apply"], folder=options["data"]
            )
        except CatalogError as error:
            raise CommandError(str(error)) from error
        show(self, done, apply=options["apply"], verbose=options["verbosity"] > 1)


def show(command: BaseCommand, done: Imported, *, apply: bool, verbose: bool) -> None:
    """The difference, and what became of it."""
    for line in done.difference.lines(most=None if verbose else USUAL_LINES):
        command.stdout.write(line)
    if done.wrote:
        command.stdout.write("Written; the catalog has a new revision.")
        if done.difference.quarantined:
            command.stdout.write("Quarantined rows wait at /admin/catalog/reviewitem/.")
    elif apply:
        command.stdout.write("Nothing to write: the catalog has all of it already.")
    else:
        command.stdout.write("Nothing was written. Add --apply to write this.")
