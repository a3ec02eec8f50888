"""What importing the engine costs a fresh process."""

import statistics
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.timing import Figure

CODE = "import time; t = time.perf_counter(); import {0}; print(time.perf_counter() - t)"


def _import_s(module: str) -> float:
    runs = [
        subprocess.run(
            [sys.executable, "-c", CODE.format(module)], capture_output=True, text=True, check=True
        )
        for _ in range(7)
    ]
    return statistics.median(float(run.stdout) for run in runs)


def run() -> Iterator[Figure]:
    numpy_s = _import_s("numpy")
    engine_s = _import_s("sizing.engine.recommend")
    yield Figure("import of NumPy alone", numpy_s * 1e3, "ms")
    beyond = f"{(engine_s - numpy_s) * 1e3:.0f} ms beyond NumPy"
    yield Figure("import of the engine", engine_s * 1e3, "ms", beyond)
