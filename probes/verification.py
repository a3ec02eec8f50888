"""What a report is worth: its proof, its place among siblings, and how long it speaks for a device.

Pure rules; thresholds for siblings from the run-to-run spread of 1.1 % of 2,965 published shapes
and an assumed part-to-part spread of 2.5 % (docs/probes.md).
"""

import datetime as dt
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from catalog.freshness import VERDICT_LASTS
from probes import proof
from probes.protocol import Report

SIBLING_WARN, SIBLING_FAIL = 0.95, 0.90
LASTS = VERDICT_LASTS
FORCED = "forced"
#: Facts of a device that make an older verdict stale when they change.
HARDWARE = ("driver_version", "memory_bytes", "pci_device_id")
#: Worst first: a server is as good as its worst device.
ORDER = ("failed", "degraded", "stale", "measured", "verified")
#: Figures by which devices are compared; more is better in all of them.
COMPARED = (
    "peak_flops_per_s",
    "dram_bytes_per_s",
    "sustained_flops_per_s",
    "bytes_per_s",
)


@attrs.frozen(kw_only=True)
class Standing:
    """A figure among the same figure of other devices.

    Attributes:
        share: of their median.
        others: how many there are.
        verdict: "verified", "degraded" (a warning) or "failed"; empty without others.
    """

    share: float | None
    others: int
    verdict: str


def standing(value: float, others: Sequence[float]) -> Standing:
    """Where a figure stands among `others`."""
    if not others:
        return Standing(share=None, others=0, verdict="")
    share = value / statistics.median(others)
    verdict = "verified" if share >= SIBLING_WARN else "degraded"
    return Standing(
        share=share, others=len(others), verdict=verdict if share >= SIBLING_FAIL else "failed"
    )


def proof_problem(report: Report, *, seed: int, nonce: str) -> str:
    """Why the report's proof is no proof; empty where it is right, or was not asked for."""
    found = _digest(report)
    if found is None or found == proof.wanted(seed, nonce):
        return ""
    return "the proof does not hold: its digest is not that of the product of this run's inputs"


def has_proof(report: Report) -> bool:
    """Whether the report holds a proof at all, right or wrong."""
    return _digest(report) is not None


def _digest(report: Report) -> str | None:
    figures = (
        figure
        for result in report.results
        if result.probe == proof.PROBE
        for figure in result.measurements
        if figure.metric == proof.METRIC
    )
    found = next(figures, None)
    return None if found is None else str(found.params.get(proof.PARAMETER, ""))


def final_verdict(
    report: Report, *, seed: int, nonce: str, imported: bool = False
) -> tuple[str, str]:
    """The verdict that the site stands behind, and why it differs from the host's where it does.

    A wrong proof fails. A run that was forced, that came as a file, or that holds no proof is never
    more than measured.
    """
    problem = proof_problem(report, seed=seed, nonce=nonce)
    if problem:
        return "failed", problem
    if report.verdict not in ("verified", "degraded"):
        return report.verdict, ""
    if any(FORCED in result.flags for result in report.results):
        return "measured", "the device was in use and the run was forced"
    if imported:
        return "measured", "the run came as a file: its inputs were not chosen by this site"
    if not has_proof(report):
        return "measured", "the run holds no proof"
    return report.verdict, ""


def current(
    verdict: str,
    *,
    measured_at: dt.datetime | None,
    now: dt.datetime,
    then: Mapping[str, Any],
    today: Mapping[str, Any],
) -> str:
    """The verdict on a device as of `now`; empty when it was never measured.

    Args:
        then, today: what `HARDWARE` said at the run, and what it says now; a fact that was not
            known then says nothing.
    """
    if measured_at is None:
        return ""
    changed = any(then.get(name) not in (None, "", today.get(name)) for name in HARDWARE)
    return "stale" if changed or now - measured_at > LASTS else verdict or "measured"


def hardware_of(device: Any) -> dict[str, Any]:
    """The facts whose change makes a verdict stale."""
    return {name: getattr(device, name) for name in HARDWARE}


def of_server(verdicts: Iterable[str]) -> str:
    """A server's verdict: that of its worst measured device; empty where none was."""
    found = set(verdicts)
    return next((verdict for verdict in ORDER if verdict in found), "")
