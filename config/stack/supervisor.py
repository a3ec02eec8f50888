"""Keeps the children running and stops all of them, in order, with deadlines."""

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable, Iterator, Sequence

from config.stack.child import Child, describe_exit, say
from config.stack.options import StartError

TICK_S = 0.1
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# A child that dies this often before the site has answered will not come up by itself.
MOST_DEATHS_BEFORE_READY = 3


class Stopped(Exception):  # noqa: N818 - an order, not an error
    """Somebody asked the stack to stop."""


class StopOrder:
    """Whether somebody asked the stack to stop, and with which signal.

    A signal's handler runs in the middle of anything, also of a line that is being printed or of
    a lock that is being taken. So it waits for nothing: it notes the signal and wakes, through a
    pipe that stays readable, whoever sleeps.
    """

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self._reader, self._writer = os.pipe()

    def give(self, number: int, frame: object = None) -> None:
        """Takes the order; later ones change nothing."""
        if self.signal is None:
            self.signal = signal.Signals(number)
            os.write(self._writer, b"!")

    def wait(self, seconds: float) -> bool:
        """Sleeps until the order comes, at most `seconds`; says whether it has come."""
        select.select([self._reader], [], [], seconds)
        return self.signal is not None


class Supervisor:
    """Starts, watches, restarts and stops children; started last is stopped first."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.stop = StopOrder()

    def keep(self, *children: Child) -> None:
        """Starts children and keeps them running from now on."""
        for child in children:
            child.start()
            self.children.append(child)

    def tick(self) -> None:
        """One look at every child: note a death, start again what is due."""
        for child in self.children:
            if child.is_running:
                continue
            if child.process is not None:
                child.note_death()
            if child.clock() >= child.start_again_at:
                child.start()

    def pause(self, seconds: float = TICK_S) -> None:
        """Sleeps, unless told to stop: then raises `Stopped`."""
        if self.stop.wait(seconds):
            raise Stopped

    def run_until_ready(self, is_ready: Callable[[], bool], within_s: float, what: str) -> None:
        """Watches the children until `is_ready`; a `StartError` names `what` when it never is."""
        deadline = time.monotonic() + within_s
        while not is_ready():
            self.tick()
            self._give_up_on_the_hopeless()
            if time.monotonic() > deadline:
                raise StartError(f"{what} did not answer within {within_s:g} s; see above.")
            self.pause()

    def _give_up_on_the_hopeless(self) -> None:
        for child in self.children:
            if child.deaths >= MOST_DEATHS_BEFORE_READY:
                raise StartError(f"The {child.name} process does not start; see its lines above.")

    def run_once(self, child: Child) -> None:
        """Runs a program to its end while the others are watched; its failure is ours."""
        child.start()
        try:
            while child.is_running:
                self.tick()
                self.pause()
        finally:
            code = child.process.poll() if child.process else None
            child.wait(until=child.clock())
        if code:
            raise StartError(f"The {child.name} step failed ({describe_exit(code)}); see above.")

    def run_forever(self) -> None:
        """Watches the children until told to stop."""
        self.tick()
        while not self.stop.wait(TICK_S):
            self.tick()

    def stop_all(self, groups: Sequence[Sequence[str]]) -> None:
        """Stops children group by group; those of one group stop together."""
        if self.stop.signal is not None:
            say("stack", f"stopping ({self.stop.signal.name})")
        by_name = {child.name: child for child in self.children}
        for group in groups:
            members = [by_name[name] for name in group if name in by_name]
            for child in members:
                child.ask_to_stop()
            for child in members:
                child.wait(until=child.clock() + child.stop_within_s)


@contextlib.contextmanager
def stop_on_signals(supervisor: Supervisor) -> Iterator[None]:
    """Turns SIGTERM, Ctrl-C and a closed terminal into an orderly stop."""
    before = {number: signal.signal(number, supervisor.stop.give) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
