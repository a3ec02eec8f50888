"""What telemetry costs the figure that it watches.

NVIDIA's library is played by the stub of the tests, which opens its scene file at every call. The
sampler runs in a process of its own, as it does beside a probe, ten times as often as there.
"""

import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.probing.suites import Bench
from benchmarks.timing import Figure
from probes.agent import cpu
from probes.agent.device import Device
from probes.agent.kernels.gemm import Pool, Shape, gemm_format, product
from probes.agent.statistics import median_interval

STUB = Path(__file__).resolve().parents[2] / "tests" / "probes" / "nvml_stub"
PER_SECOND, OFTENER = 4, 10
BLOCKS, BLOCK_S, SEED = 40, 0.5, 1
SAMPLE = f"""
import time
from probes.agent.telemetry.sampler import take_sample
import pynvml
pynvml.nvmlInit()
handle = pynvml.nvmlDeviceGetHandleByIndex(0)
start = time.process_time()
for _ in range(1000):
    take_sample(pynvml, handle)
print((time.process_time() - start) / 1000, flush=True)
while True:
    time.sleep(1 / {PER_SECOND * OFTENER})
    take_sample(pynvml, handle)
"""


def figures(_: Bench) -> Iterator[Figure]:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        yield from _watched(_environment(compiler, Path(folder)))


def _environment(compiler: str, folder: Path) -> dict[str, str]:
    """Where a process finds the stub in place of the library."""
    library, soname = folder / "libnvidia-ml.so.1", "-Wl,-soname,libnvidia-ml.so.1"
    options = ["-shared", "-fPIC", "-O1", soname, "-o", str(library)]
    subprocess.run([compiler, *options, str(STUB / "nvml_stub.c")], check=True)
    scene = str(STUB / "scenes" / "healthy.scene")
    return {**os.environ, "LD_LIBRARY_PATH": str(folder), "RIDGELINE_NVML_SCENE": scene}


def _watched(environment: dict[str, str]) -> Iterator[Figure]:
    command = [sys.executable, "-c", SAMPLE]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as sampler:
        try:
            assert sampler.stdout is not None
            reading_s = float(sampler.stdout.readline())
            share = 100 * reading_s * PER_SECOND
            note = f"{1e6 * reading_s:.0f} us a reading, {PER_SECOND} a second"
            yield Figure("telemetry, of one core", share, "%", note)
            yield _slowed(sampler)
        finally:
            sampler.send_signal(signal.SIGCONT)
            sampler.kill()


def _slowed(sampler: "subprocess.Popen[str]") -> Figure:
    device, fmt = Device("cpu", threads=cpu.threads()), gemm_format("fp32", "cpu")
    shape = Shape(m=512, n=512, k=512)
    pool = Pool(device, fmt, [shape], SEED)
    multiply, operands = product(fmt, device), pool.operands(shape, cold=False)[0]

    def block() -> float:
        samples, end = [], time.perf_counter() + BLOCK_S
        while time.perf_counter() < end:
            samples.append(device.seconds(lambda: multiply(operands), 1))
        return statistics.median(samples)

    block()
    changes = []
    for _ in range(BLOCKS):
        sampler.send_signal(signal.SIGSTOP)
        without = block()
        sampler.send_signal(signal.SIGCONT)
        changes.append(100 * (block() / without - 1))
    low, high = median_interval(changes) or (float("nan"), float("nan"))
    note = f"95 %: {low:+.2f} to {high:+.2f} %, sampled {PER_SECOND * OFTENER} times a second"
    return Figure("fp32 product with telemetry", statistics.median(changes), "%", note, at_most=1.0)
