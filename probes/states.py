"""The life of a probe run: which state may follow which. Pure."""

from enum import StrEnum


class RunStatus(StrEnum):
    """Contract section 4."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


FINAL = frozenset({RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.EXPIRED})
ACTIVE = frozenset(RunStatus) - FINAL

# A report may overtake the message that a run started, so queued leads to every end.
NEXT = {
    RunStatus.QUEUED: FINAL | {RunStatus.RUNNING},
    RunStatus.RUNNING: FINAL - {RunStatus.EXPIRED},
}


def may_move(now: str, to: str) -> bool:
    """Whether a run in state `now` may become `to`; an end is never left."""
    return RunStatus(to) in NEXT.get(RunStatus(now), frozenset())
