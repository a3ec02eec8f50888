"""`manage.py prune_sizings`: deletes sizings past their keeping time."""

from typing import Any

from django.core.management.base import BaseCommand

from sizing.services.sizings import prune_sizings


class Command(BaseCommand):
    help = "Deletes sizings older than their keeping time, unless pinned."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Deleted {prune_sizings()} sizings.")
