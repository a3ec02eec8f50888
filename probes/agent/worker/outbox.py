"""Messages to the server, kept on disk until the broker has taken them.

The task writes, the courier sends: a broker that is down, a worker that is killed or a server
that is being restarted delays a message and loses none.
"""

import contextlib
import itertools
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs

Send = Callable[[str, Mapping[str, Any]], None]
_count = itertools.count()


@attrs.frozen
class Outbox:
    """A folder with one file per unsent message, sent in the order of their names."""

    folder: Path

    def put(self, kind: str, payload: Mapping[str, Any], *, replace: str = "") -> None:
        """Keep a message. One with `replace` takes the place of an unsent one of that name."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # A "z" sorts after the digits: progress waits for what must not be lost.
        name = f"z-{replace}" if replace else f"{time.time_ns():020d}-{next(_count):06d}"
        draft = self.folder / f".{name}-{os.getpid()}"
        draft.write_text(json.dumps([kind, payload]), encoding="utf-8")
        draft.rename(self.folder / f"{name}.json")

    def send_all(self, send: Send) -> int:
        """Send what waits, oldest first; gives how many. What `send` raises ends the round."""
        sent = 0
        for path in self.waiting():
            with contextlib.suppress(FileNotFoundError, ValueError):
                kind, payload = json.loads(path.read_text(encoding="utf-8"))
                send(kind, payload)
                sent += 1
            path.unlink(missing_ok=True)
        return sent

    def runs_to_report(self) -> list[str]:
        """The ids of runs whose reports wait here."""
        found = []
        for path in self.waiting():
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                kind, payload = json.loads(path.read_text(encoding="utf-8"))
                if kind == "report":
                    found.append(str(payload["run_id"]))
        return found

    def waiting(self) -> list[Path]:
        """The unsent messages, oldest first."""
        return sorted(path for path in self.folder.glob("*.json") if path.name[0] != ".")
