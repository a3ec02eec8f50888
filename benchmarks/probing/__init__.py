"""What probes of this machine are worth: how long, how steady, how near the best, how predictive.

Takes about ten minutes on two cores and wants a machine that does nothing else, so it runs only
when named: `python -m benchmarks probing`.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from benchmarks.timing import Figure


def run() -> Iterator[Figure]:
    # In an installation of its own, since the figures become a host, runs and a calibration.
    with tempfile.TemporaryDirectory(prefix="ridgeline-probing-") as folder:
        # Nobody listens to what a stored report sets off; the parts calibrate themselves.
        environment = {**os.environ, "DATA_DIR": folder, "CELERY_BROKER_URL": "memory://"}
        for order in ("migrate", "load_catalog"):
            command = [sys.executable, "manage.py", order, "--verbosity", "0"]
            subprocess.run(command, env=environment, check=True)
        command = [sys.executable, "-m", "benchmarks.probing"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for line in child.stdout:
                yield Figure(**json.loads(line))
        if child.returncode:
            raise RuntimeError(f"the probing benchmark ended with {child.returncode}")
