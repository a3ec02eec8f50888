"""Which runs this host has taken: each is taken once, whatever the broker delivers again."""

import contextlib
import json
import os
import time
from pathlib import Path

import attrs

from probes import structuring
from probes.protocol import Job, from_data, to_data

#: Longer than any letter with the same job stays valid.
KEPT_FOR_S = 2 * 24 * 3600


@attrs.frozen
class Claims:
    """A folder with a file per run, and a marker beside it for its end or a wish to end it."""

    folder: Path
    session: str

    def take(self, job: Job) -> bool:
        """Claim a run; False when it was claimed or cancelled before."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.is_cancelled(job.run_id):
            return False
        text = json.dumps([self.session, to_data(job)])
        draft = self.folder / f".{job.run_id}-{os.getpid()}"
        draft.write_text(text, encoding="utf-8")
        try:
            # A link is the one atomic "create whole, unless it exists".
            os.link(draft, self._path(job.run_id, "claim"))
        except FileExistsError:
            return False
        finally:
            draft.unlink()
        return True

    def active(self) -> list[Job]:
        """Jobs of this session that have not ended."""
        jobs = []
        for path in self.folder.glob("*.claim"):
            if path.with_suffix(".done").exists():
                continue
            with contextlib.suppress(OSError, ValueError, structuring.ProtocolError):
                session, data = json.loads(path.read_text(encoding="utf-8"))
                if session == self.session:
                    jobs.append(from_data(Job, data))
        return jobs

    def finish(self, run_id: str) -> bool:
        """Mark a run as ended and reported; False when it was already."""
        try:
            self._path(run_id, "done").touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def cancel(self, run_id: str) -> None:
        """Ask that a run ends, or never begins."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._path(run_id, "cancel").touch()

    def is_cancelled(self, run_id: str) -> bool:
        """Whether somebody asked that this run ends."""
        return self._path(run_id, "cancel").exists()

    def forget_old(self) -> None:
        """Drop files of runs whose jobs could not be accepted any more."""
        oldest = time.time() - KEPT_FOR_S
        for path in self.folder.glob("*"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < oldest:
                    path.unlink()

    def _path(self, run_id: str, suffix: str) -> Path:
        safe = "".join(letter for letter in run_id if letter.isalnum() or letter == "-")
        return self.folder / f"{safe}.{suffix}"
