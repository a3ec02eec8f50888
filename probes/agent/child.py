"""The probe process: one probe, one device, one answer on a pipe, then exit.

Started by the runner as ``python -m probes.agent.child FD PARENT``: the request is one JSON object
on standard input, progress and the answer are JSON lines on file descriptor FD. Whatever libraries
print goes to standard output and is not read as an answer.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import attrs

from probes.agent.kernels.context import Context, Outcome, SkippedProbeError
from probes.agent.registry import Kernel, load_kernel
from probes.protocol import DeviceInfo, Job, from_data, to_data

PR_SET_PDEATHSIG = 1


def main(argv: list[str]) -> int:
    """Run the requested probe and answer; 0 whenever an answer could be written."""
    descriptor, parent = int(argv[0]), int(argv[1])
    os.set_inheritable(descriptor, False)  # noqa: FBT003 - it takes no keyword
    die_with(parent)
    request = json.load(sys.stdin)
    with os.fdopen(descriptor, "w", buffering=1, encoding="utf-8") as pipe:

        def send(message: dict[str, Any]) -> None:
            pipe.write(json.dumps(message, allow_nan=False) + "\n")

        send(answer(request, send))
    return 0


def answer(request: dict[str, Any], send: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Run one probe: {"status", "reason", ...} with its measurements where it ran."""
    context = Context(
        job=from_data(Job, request["job"]),
        info=from_data(DeviceInfo, request["device"]),
        probe=request["probe"],
        progress=lambda done, total: send({"done": done, "total": total}),
    )
    try:
        found = _run_or_halve(load_kernel(request["module"]), context)
    except SkippedProbeError as error:
        return {"status": "skipped", "reason": str(error)}
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a probe is its answer
        return {"status": "error", "reason": f"{type(error).__name__}: {error}"[:2000]}
    return {
        "status": "ok",
        "reason": "",
        "measurements": [to_data(m) for m in found.measurements],
        "flags": list(found.flags),
        "env": found.env,
        "telemetry": found.telemetry,
    }


def _run_or_halve(kernel: Kernel, context: Context) -> Outcome:
    """Run; out of memory, run once more with half the budget, then skip."""
    try:
        return kernel(context)
    except Exception as error:
        if not is_out_of_memory(error):
            raise
    try:
        return kernel(attrs.evolve(context, budget_scale=0.5))
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        raise SkippedProbeError("oom: not enough free memory, even for half the size") from None


def is_out_of_memory(error: Exception) -> bool:
    """Whether an error means memory ran out (torch says so by class on GPUs, by text on CPUs)."""
    name = type(error).__name__
    return (
        isinstance(error, MemoryError)
        or name == "OutOfMemoryError"
        or "not enough memory" in str(error)
    )


def die_with(parent: int) -> None:
    """Make sure this process ends when its parent does, however that ends."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
