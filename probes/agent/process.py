"""Start a probe process, listen to it, and make sure that it and all it started are gone."""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

import attrs

GRACE_S = 2.0
POLL_S = 0.1
REAP_S = 10.0
MOST_ANSWER_BYTES = 4_000_000
STDERR_TAIL = 600

Listener = Callable[[dict[str, Any]], None]


@attrs.frozen(kw_only=True)
class Ending:
    """How a probe process ended: its answer, or the reason why there is none."""

    answer: dict[str, Any] | None
    reason: str = ""
    stopped: bool = False
    wedged: bool = False


def run_child(
    request: Mapping[str, Any],
    *,
    environment: Mapping[str, str],
    deadline_s: float,
    on_progress: Listener = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Ending:
    """Run one probe process to its end, its deadline, or until `should_stop` says so.

    The process leads its own group; on every way out the whole group is killed, so that no
    grandchild outlives the probe.
    """
    reader, writer = os.pipe()
    with tempfile.TemporaryFile() as errors, os.fdopen(reader, "rb", buffering=0) as pipe:
        try:
            process = _start(writer, environment, errors)
        finally:
            os.close(writer)
        try:
            with contextlib.suppress(BrokenPipeError):
                _send(process, request)
            answer, reason, stopped = _listen(
                process, pipe, time.monotonic() + deadline_s, on_progress, should_stop
            )
            if answer is None and not reason:
                reason = _why_silent(process, errors)
            elif reason == "deadline":
                reason = f"stopped after its deadline of {deadline_s:.0f} s"
        finally:
            gone = end_group(process)
        return Ending(answer=answer, reason=reason, stopped=stopped, wedged=not gone)


def _start(
    writer: int, environment: Mapping[str, str], errors: IO[bytes]
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "probes.agent.child", str(writer), str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        pass_fds=(writer,),
        env=dict(environment),
        cwd=tempfile.gettempdir(),
        start_new_session=True,
    )


def _send(process: "subprocess.Popen[bytes]", request: Mapping[str, Any]) -> None:
    if process.stdin is not None:
        process.stdin.write(json.dumps(request).encode())
        process.stdin.close()


def _listen(
    process: "subprocess.Popen[bytes]",
    pipe: IO[bytes],
    deadline: float,
    on_progress: Listener,
    should_stop: Callable[[], bool],
) -> tuple[dict[str, Any] | None, str, bool]:
    """Read lines until the answer; gives (answer, reason why none, whether asked to stop)."""
    for line in _lines(process, pipe, deadline, should_stop):
        if isinstance(line, str):
            return None, line, line == "cancelled"
        try:
            message = json.loads(line)
        except ValueError:
            return None, "gave an answer that is not JSON", False
        if "status" in message:
            return message, "", False
        on_progress(message)
    return None, "", False


def _lines(
    process: "subprocess.Popen[bytes]",
    pipe: IO[bytes],
    deadline: float,
    should_stop: Callable[[], bool],
) -> Iterator[bytes | str]:
    """Yield whole lines as they arrive; a str instead says why listening ended early."""
    pending = b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            if should_stop():
                yield "cancelled"
            if time.monotonic() >= deadline:
                yield "deadline"
            ended = process.poll() is not None
            if selector.select(0 if ended else POLL_S):
                block = os.read(pipe.fileno(), 65536)
                if not block:
                    return
                *lines, pending = (pending + block).split(b"\n")
                yield from lines
                if len(pending) > MOST_ANSWER_BYTES:
                    yield "gave an answer that is too long"
            elif ended:
                return


def _why_silent(process: "subprocess.Popen[bytes]", errors: IO[bytes]) -> str:
    """Name the way a process died without an answer, with the end of what it printed."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=GRACE_S)
    code = process.returncode
    if code is None:
        return "closed its pipe without an answer"
    how = f"exit code {code}"
    if code < 0:
        how = f"signal {-code} ({signal.Signals(-code).name})"
    if code == -signal.SIGKILL:
        how += ", probably out of memory"
    errors.seek(max(0, errors.seek(0, os.SEEK_END) - STDERR_TAIL))
    tail = errors.read().decode(errors="replace").strip().splitlines()
    return f"the probe process died: {how}" + (f"; {tail[-1]}" if tail else "")


def end_group(process: "subprocess.Popen[bytes]", grace_s: float = GRACE_S) -> bool:
    """End the group: SIGTERM, a grace, then SIGKILL. Gives whether the process is gone."""
    if process.poll() is None:
        _signal_group(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=grace_s)
    _signal_group(process.pid, signal.SIGKILL)
    try:
        process.wait(timeout=REAP_S)
    except subprocess.TimeoutExpired:
        return False
    return True


def _signal_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
