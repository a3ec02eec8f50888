"""`manage.py show NAME`: what the catalog knows of something, in a terminal."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog import querysets
from catalog.documents import MOST_ROWS, Row, document_of
from catalog.errors import AmbiguousName, UnknownName
from catalog.markdown import aligned, markdown
from catalog.selectors import resolve_accelerator


class Command(BaseCommand):
    help = "Shows an accelerator (any of its names), a server or an instance type (by slug)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="+", help='such as: H100 SXM5, or "MI300X"')
        parser.add_argument("--rows", type=int, default=MOST_ROWS, help="rows per list")
        parser.add_argument("--markdown", action="store_true", help="as on the page's .md address")

    def handle(self, *args: Any, **options: Any) -> None:
        document = document_of(_find(" ".join(options["name"])), most_rows=max(1, options["rows"]))
        form = markdown if options["markdown"] else aligned
        self.stdout.write(form(document))


def _find(name: str) -> Row:
    slug = name.strip().lower()
    for rows in (querysets.servers(), querysets.instances()):
        row = rows.filter(slug=slug).first()
        if row is not None:
            return row
    try:
        return resolve_accelerator(name)
    except (AmbiguousName, UnknownName) as error:
        raise CommandError(str(error)) from error
