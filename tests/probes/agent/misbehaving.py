"""A kernel that does what the job's nonce says, for tests of the runner."""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

from probes.agent.kernels.context import Context, Outcome, SkippedProbeError
from probes.protocol import Measurement


def run(context: Context) -> Outcome:
    """`behaviour` or `behaviour:argument`."""
    behaviour, _, argument = context.job.nonce.partition(":")
    BEHAVIOURS[behaviour](argument)
    context.progress(1, 2)
    environment = {name: os.environ[name] for name in sorted(os.environ)}
    figure = Measurement(metric="figure", value=1.0, unit="1")
    return Outcome(measurements=(figure,), env={"variables": list(environment)})


def hang(_: str) -> None:
    time.sleep(600)


def ignore_sigterm(argument: str) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Path(argument).write_text(str(os.getpid()))
    time.sleep(600)


def segfault(_: str) -> None:
    ctypes.string_at(0)


def grandchild(argument: str) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(argument).write_text(str(child.pid))


def killed(_: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def out_of_memory(_: str) -> None:
    raise MemoryError


def fill_memory(_: str) -> None:
    """Really run out: more is asked than the kernel gives this process."""
    resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))
    kept = []
    while True:
        kept.append(bytearray(2**28))


def skip(_: str) -> None:
    raise SkippedProbeError("does not apply here")


def raise_error(_: str) -> None:
    raise RuntimeError("the kernel image is broken")


def print_noise(_: str) -> None:
    sys.stdout.write('{"status": "ok"}\n' * 1000)


def exit_quietly(_: str) -> None:
    os._exit(3)


def wait_for(argument: str) -> None:
    time.sleep(float(argument))


def nothing(_: str) -> None:
    pass


BEHAVIOURS = {
    "hang": hang,
    "ignore_sigterm": ignore_sigterm,
    "segfault": segfault,
    "grandchild": grandchild,
    "killed": killed,
    "out_of_memory": out_of_memory,
    "fill_memory": fill_memory,
    "skip": skip,
    "raise_error": raise_error,
    "print_noise": print_noise,
    "exit_quietly": exit_quietly,
    "wait_for": wait_for,
    "": nothing,
}
