"""One child process in a session of its own, its output prefixed with its name."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO

from config.stack.lifeline import die_with_parent

FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 30.0
# A child that has lived this long is healthy: its next death starts the delays anew.
STEADY_AFTER_S = 30.0
READ_WITHIN_S = 1.0

_output_lock = threading.Lock()


def say(name: str, line: str) -> None:
    """Prints one line of one child whole, whatever the others print meanwhile."""
    with _output_lock, contextlib.suppress(BrokenPipeError):
        sys.stdout.write(f"[{name}] {line.rstrip()}\n")
        sys.stdout.flush()


@dataclass(kw_only=True)
class Child:
    """A program that is kept running until it is told to stop."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    directory: str
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within_s: float = 5.0
    keep_open: Sequence[int] = ()
    hidden_lines: Sequence[str] = ()
    deaths: int = 0
    process: subprocess.Popen[str] | None = None
    reader: threading.Thread | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    clock: Callable[[], float] = field(default=time.monotonic)

    def start(self) -> None:
        """Starts the program as the leader of its own process group."""
        parent = os.getpid()
        self.started_at = self.clock()
        self.process = subprocess.Popen(
            self.command,
            cwd=self.directory,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            pass_fds=self.keep_open,
            preexec_fn=lambda: die_with_parent(parent),  # noqa: PLW1509 - one system call
        )
        assert self.process.stdout is not None
        self.reader = threading.Thread(
            target=self._forward, args=(self.process.stdout,), daemon=True
        )
        self.reader.start()

    def _forward(self, stream: IO[str]) -> None:
        with contextlib.suppress(ValueError):
            for line in stream:
                if line.strip() and not any(part in line for part in self.hidden_lines):
                    say(self.name, line)

    @property
    def is_running(self) -> bool:
        """Whether the program is alive now."""
        return self.process is not None and self.process.poll() is None

    def note_death(self) -> None:
        """Sweeps up what the dead program left and says when to start it again."""
        now = self.clock()
        code = self.process.returncode if self.process else None
        self.kill_group()
        if now - self.started_at > STEADY_AFTER_S:
            self.deaths = 0
        delay = min(FIRST_DELAY_S * 2**self.deaths, LONGEST_DELAY_S)
        self.deaths += 1
        self.start_again_at = now + delay
        self.process = None
        say("stack", f"{self.name} ended ({describe_exit(code)}); starting it again in {delay:g} s")

    def ask_to_stop(self) -> None:
        """Sends the polite signal to the program itself; it tells its own children."""
        if self.process is not None and self.is_running:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(self.stop_signal)

    def wait(self, until: float) -> None:
        """Waits for the end, to the deadline, then kills what is left of the group."""
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(max(0.0, until - self.clock()))
            self.kill_group()
            self.process.wait()
        if self.reader is not None:
            # Its last lines say why it ended: they come before what we say about it.
            self.reader.join(READ_WITHIN_S)

    def kill_group(self) -> None:
        """Kills the program and everything it started in its session's group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def describe_exit(code: int | None) -> str:
    """How a process ended, in words: `exit code 1` or `signal SIGKILL`."""
    if code is None:
        return "no exit code"
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"
