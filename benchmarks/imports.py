"""What importing the engine costs a fresh process, in processor time, its bytecode compiled."""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from benchmarks.timing import Figure

CODE = "import time; t = time.process_time(); import {0}; print(time.process_time() - t)"
RUNS = 9


def _import_s(module: str, bytecode: str) -> float:
    """Median of fresh processes after one that fills the folder of bytecode."""
    env = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", CODE.format(module)]
    runs = [
        float(subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout)
        for _ in range(RUNS + 1)
    ]
    return statistics.median(runs[1:])


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as bytecode:
        numpy_s = _import_s("numpy", bytecode)
        engine_s = _import_s("sizing.engine.recommend", bytecode)
    yield Figure("import of NumPy alone", numpy_s * 1e3, "ms")
    beyond = f"{(engine_s - numpy_s) * 1e3:.0f} ms beyond NumPy"
    yield Figure("import of the engine", engine_s * 1e3, "ms", beyond, at_most=150.0)
