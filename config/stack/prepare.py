"""`python -m config.stack.prepare FILE`: everything the other programs rely on.

What is already in place is skipped, so that a second start is quick. FILE receives the lines
that the supervisor shows once the site answers.
"""

import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from config import broker, env
from config.stack import static_files


def main(announcement: Path) -> int:
    """Runs every step in order; a step that fails raises and nothing after it runs."""
    django.setup()
    if not broker.is_embedded() and not _broker_answers():
        print("CELERY_BROKER_URL is set, but that broker does not answer.")  # noqa: T201
        return 1
    _migrate()
    call_command("load_catalog")
    static_files.collect_if_changed()
    if env.flag("PROBES", default=True):
        call_command("enrol_host", local=True)
    with announcement.open("w", encoding="utf-8") as out:
        call_command("operator", stdout=out)
    return 0


def _broker_answers() -> bool:
    from kombu import Connection
    from kombu.exceptions import OperationalError

    try:
        with Connection(settings.CELERY_BROKER_URL, connect_timeout=5) as connection:
            connection.ensure_connection(max_retries=2, interval_start=1, timeout=10)
    except (OperationalError, OSError):
        return False
    return True


def _migrate() -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
