"""A run's report for the other side of a sale: figures, comparisons, what signs them."""

from collections.abc import Iterator
from typing import Any

import attrs

from catalog.models import Measurement
from probes import selectors, verification
from probes.models import ProbeRun
from probes.verification import Standing


@attrs.frozen(kw_only=True)
class Comparison:
    """One figure among the same figure of siblings in the host and of the whole fleet."""

    measurement: Measurement
    host: Standing
    fleet: Standing

    @property
    def places(self) -> tuple[Standing, Standing]:
        """Siblings first, then everybody."""
        return self.host, self.fleet


def comparisons(run: ProbeRun) -> list[Comparison]:
    """Figures of the run that other devices of its kind have too; two queries."""
    others = selectors.figures_of_others(run)
    return list(_compared(run, others)) if others else []


def _compared(
    run: ProbeRun, others: dict[tuple[str, str], dict[str, list[float]]]
) -> Iterator[Comparison]:
    for row in selectors.measurements_of(run):
        places = others.get((row.probe, row.metric))
        if places is not None:
            yield Comparison(
                measurement=row,
                host=verification.standing(row.value, places["host"]),
                fleet=verification.standing(row.value, places["fleet"]),
            )


def proof_state(run: ProbeRun) -> str:
    """What became of the run's proof: "right", "wrong" or "none"."""
    from probes.protocol import Report, from_data

    if run.report is None:
        return "none"
    report = from_data(Report, run.report)
    if verification.proof_problem(report, seed=run.seed, nonce=run.nonce):
        return "wrong"
    return "right" if verification.has_proof(report) else "none"


def public_key(run: ProbeRun) -> str:
    """The public key of the host that signed; empty where it is not enrolled any more."""
    enrolment = getattr(run.device.host, "enrolment", None)
    return enrolment.public_key if enrolment else ""


def document(run: ProbeRun) -> dict[str, Any]:
    """The report as JSON: the site's verdict, and the letter exactly as its host signed it."""
    return {
        "run": str(run.pk),
        "suite": run.suite,
        "device": {"name": run.device.name, "uuid": run.device.uuid, **run.hardware},
        "host": run.device.host.name,
        "verdict": run.verdict,
        "reason": run.reason,
        "proof": proof_state(run),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "key": public_key(run),
        "letter": run.letter,
    }
