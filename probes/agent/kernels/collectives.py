"""`coll.all_reduce`, `coll.all_gather`, `coll.reduce_scatter`: over all devices of the host.

One process per rank (`collective_rank`), each with a device of its own; on a CPU two ranks over
gloo, which proves the way but measures loopback.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch

from probes.agent.kernels.context import Context, Outcome, SkippedProbeError
from probes.protocol import Correctness, Formula, Measurement

BACKENDS = {"cuda": "nccl", "rocm": "nccl", "xpu": "xccl", "cpu": "gloo"}
SIZES = tuple(2**12 * 4**i for i in range(9))
CPU_SIZES, TINY_SIZES = SIZES[:6], SIZES[:2]
WARM, TIMED = 5, 20
CPU_RANKS = 2
RANK_DEADLINE_S = 90.0
HUNG = (
    "the ranks did not finish within {:.0f} s; on several GPUs this is often PCIe access control "
    "(ACS) or the IOMMU"
)
#: Bytes on each link over the buffer's size (nccl-tests, PERFORMANCE.md), by ranks n.
BUS_FACTORS = {
    "all_reduce": lambda n: 2.0 * (n - 1) / n,
    "all_gather": lambda n: (n - 1) / n,
    "reduce_scatter": lambda n: (n - 1) / n,
}


def run(context: Context) -> Outcome:
    """Bus bandwidth by size: S / t x factor, t the median of the slowest rank."""
    operation = context.probe.removeprefix("coll.")
    ranks = rank_count(context)
    sizes = TINY_SIZES if context.is_tiny else CPU_SIZES if context.on_cpu else SIZES
    answers = _run_ranks(context, operation, ranks, sizes)
    found = [_figure(operation, ranks, size, i, answers) for i, size in enumerate(sizes)]
    return Outcome(
        measurements=tuple(found),
        env={"torch": torch.__version__, "library": BACKENDS[context.info.backend], "ranks": ranks},
    )


def rank_count(context: Context) -> int:
    """Devices that take part; raises `SkippedProbeError` where there is nothing to exchange."""
    backend = context.info.backend
    if backend not in BACKENDS:
        raise SkippedProbeError(f"torch has no collectives on {backend}")
    count = CPU_RANKS if context.on_cpu else torch.accelerator.device_count()
    if count < 2:
        raise SkippedProbeError("one device only: there is nobody to exchange with")
    return count


def _run_ranks(
    context: Context, operation: str, ranks: int, sizes: Sequence[int]
) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="ridgeline-coll-") as folder:
        with _started(context, operation, ranks, sizes, Path(folder)) as processes:
            _wait(processes)
        return [json.loads((Path(folder) / f"rank-{i}.json").read_text()) for i in range(ranks)]


@contextlib.contextmanager
def _started(
    context: Context, operation: str, ranks: int, sizes: Sequence[int], folder: Path
) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """The processes of all ranks; none outlives this, whatever happens."""
    processes = []
    try:
        for rank in range(ranks):
            request = {
                "operation": operation,
                "rank": rank,
                "ranks": ranks,
                "backend": BACKENDS[context.info.backend],
                "device": context.info.backend,
                "sizes": list(sizes),
                "folder": str(folder),
            }
            command = [sys.executable, "-m", "probes.agent.kernels.collective_rank"]
            processes.append(subprocess.Popen([*command, json.dumps(request)]))
        yield processes
    finally:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
            process.wait()


def _wait(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    deadline = time.monotonic() + RANK_DEADLINE_S
    while any(process.poll() is None for process in processes):
        if any(process.poll() for process in processes):
            break
        if time.monotonic() > deadline:
            raise TimeoutError(HUNG.format(RANK_DEADLINE_S))
        time.sleep(0.05)
    codes = [process.poll() for process in processes]
    if any(codes):
        raise RuntimeError(f"ranks ended with exit codes {codes}")


def _figure(
    operation: str, ranks: int, size: int, index: int, answers: Sequence[dict[str, Any]]
) -> Measurement:
    seconds = max(float(answer["median_s"][index]) for answer in answers)
    wrong = sum(float(answer["wrong"][index]) for answer in answers)
    moved = size * BUS_FACTORS[operation](ranks)
    return Measurement(
        metric=f"bus_bytes_per_s.{size}",
        value=moved / seconds,
        unit="B/s",
        params={"bytes": size, "ranks": ranks, "time_s": seconds, "timed": TIMED},
        formula=Formula(bytes=moved),
        correctness=Correctness(metric="wrong_elements", value=wrong, limit=0.0, ok=wrong == 0),
    )
