"""Probe results as rows; storing the same result again changes nothing."""

import datetime as dt

from catalog.models import Measurement
from probes.models import ProbeResult as ResultRow
from probes.models import ProbeRun
from probes.protocol import Measurement as Figure
from probes.protocol import ProbeResult
from probes.signing import Refused


def store(run: ProbeRun, result: ProbeResult) -> None:
    """One probe's outcome and its figures; the first version of each stays."""
    if result.run_id != str(run.pk) or result.device_uuid != run.device.uuid:
        raise Refused("the result is about another run or device")
    ResultRow.objects.get_or_create(
        run=run,
        probe=result.probe,
        defaults={
            "status": result.status,
            "reason": result.reason,
            "verdict": result.verdict,
            "flags": list(result.flags),
            "telemetry": dict(result.telemetry),
            "environment": dict(result.env),
            "duration_s": result.duration_s,
        },
    )
    rows = [_measurement(run, result, figure) for figure in result.measurements]
    Measurement.objects.bulk_create(rows, ignore_conflicts=True)


def _measurement(run: ProbeRun, result: ProbeResult, figure: Figure) -> Measurement:
    low, high = figure.ci95 or (None, None)
    samples = figure.samples
    expected = figure.expected
    finished = result.started_unix_s + result.duration_s
    return Measurement(
        device=run.device,
        run_id=run.pk,
        probe=result.probe,
        metric=figure.metric,
        repetition=figure.repetition,
        params=dict(figure.params),
        value=figure.value,
        unit=figure.unit,
        ci_low=low,
        ci_high=high,
        p05=samples.p05 if samples else None,
        p95=samples.p95 if samples else None,
        samples=samples.n if samples else None,
        expected_value=expected.value if expected else None,
        expected_source=expected.source if expected else "",
        verdict=figure.verdict,
        flags=sorted({*figure.flags, *result.flags}),
        suite_version=result.suite_version,
        measured_at=dt.datetime.fromtimestamp(finished, tz=dt.UTC),
    )
