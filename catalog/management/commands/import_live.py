"""`manage.py import_live gpuhunt|skypilot`: today's prices from a public collection."""

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog.errors import CatalogError
from catalog.importing.live.gpuhunt import GPUHUNT
from catalog.importing.live.landing import Download, import_live
from catalog.importing.live.price_list import NO_LICENCE, Fetched, LiveSource
from catalog.importing.live.skypilot import SKYPILOT
from catalog.loading.catalog import DATA
from catalog.management.commands.import_offers import show

SOURCES = {"gpuhunt": GPUHUNT, "skypilot": SKYPILOT}


class Command(BaseCommand):
    """Thin shell around `catalog.importing.live`."""

    help = "Shows what a public collection of prices would change; with --apply it changes that."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("collection", choices=sorted(SOURCES))
        parser.add_argument(
            "--from", dest="path", type=Path, help="Files downloaded before; else they are fetched."
        )
        parser.add_argument(
            "--fetched-on",
            type=dt.date.fromisoformat,
            help="Day of that download; without it their prices say: date unknown.",
        )
        parser.add_argument("--apply", action="store_true", help="Write it; else it only shows.")
        parser.add_argument(
            "--data", type=Path, default=DATA, help="Folder with the rules of instance families."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source = SOURCES[options["collection"]]
        self.stdout.write(f"{source.title}: {source.url} ({NO_LICENCE})")
        try:
            download = _download(source, options["path"], options["fetched_on"])
        except CatalogError as error:
            raise CommandError(f"{error} Nothing was written; the last prices stay.") from error
        problems = []
        for outcome in import_live(
            source, download, apply=options["apply"], folder=options["data"]
        ):
            self.stdout.write(f"\n{outcome.provider}")
            if outcome.imported is None:
                problems.append(outcome.provider)
                self.stderr.write(f"kept as it was: {outcome.problem}")
                continue
            show(self, outcome.imported, apply=options["apply"], verbose=options["verbosity"] > 1)
        if problems:
            raise CommandError(f"The last prices stay for: {', '.join(problems)}.")


def _download(source: LiveSource, path: Path | None, day: dt.date | None) -> Download:
    if path is not None:
        return Download(fetched=Fetched(texts=source.files(path)), day=day)
    return Download(fetched=source.fetched(), day=timezone.localdate())
