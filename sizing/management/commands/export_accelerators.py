"""`manage.py export_accelerators [-o FILE]`: the catalog as the engine sees it, for a fit."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import attrs
from django.core.management.base import BaseCommand

from catalog.models import Accelerator
from sizing import adapters


class Command(BaseCommand):
    help = "Writes every accelerator with the engine's fields, as a JSON list."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("-o", "--output", metavar="FILE", help="default: standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Accelerator.objects.filter(derived=False).select_related("vendor").order_by("slug")
        values = [_plain(row) for row in rows if adapters.is_sizable(row)]
        text = json.dumps(values, indent=1)
        if options["output"]:
            Path(options["output"]).write_text(text + "\n", encoding="utf-8")
        else:
            self.stdout.write(text)


def _plain(row: Accelerator) -> dict[str, Any]:
    value = adapters.accelerator_value(row)
    return {**attrs.asdict(value, recurse=False), "peak_flops": dict(value.peak_flops)}
