"""What every test shares: a data folder of its own and the choice of database and broker."""

import atexit
import os
import re
import shutil
import tempfile

import django
from hypothesis import settings as hypothesis_settings

# How long an example takes depends on who else uses the machine; speed is measured elsewhere.
hypothesis_settings.register_profile("ridgeline", deadline=None)
hypothesis_settings.load_profile("ridgeline")

FOLDER = tempfile.mkdtemp(prefix="ridgeline-test-")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.environ["DATA_DIR"] = FOLDER
os.environ["RATE_LIMIT"] = "off"
for wanted, given in (
    ("DATABASE_URL", "TEST_DATABASE_URL"),
    ("CELERY_BROKER_URL", "TEST_BROKER_URL"),
):
    os.environ.pop(wanted, None)
    if os.environ.get(given):
        os.environ[wanted] = os.environ[given]

# Named here and not in pyproject.toml: from there settings would be read before this file.
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

if broker := os.environ.get("CELERY_BROKER_URL"):
    # Parallel test processes share one Redis: each takes a database number of its own.
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    os.environ["CELERY_BROKER_URL"] = re.sub(r"/\d*$", f"/{15 - number % 15}", broker)

django.setup()


def pytest_terminal_summary(terminalreporter):
    """Says how many tests on real kernels ran, so that a skipped one is seen."""
    stats = terminalreporter.stats
    count = {
        outcome: sum("hardware" in report.keywords for report in stats.get(outcome, []))
        for outcome in ("passed", "failed", "skipped")
    }
    if any(count.values()):
        terminalreporter.write_line(
            f"hardware tests: {count['passed']} passed, {count['failed']} failed, "
            f"{count['skipped']} skipped"
        )
