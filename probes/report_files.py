"""Reports that come as files: one of `agent run --json`, or a folder of a first run. Pure."""

import json
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from probes.protocol import HostInfo, ProbeResult, Report, from_data, from_json

HOST = "host.json"
LONGEST_BYTES = 8_000_000
#: Names of merged reports; the same pieces give the same name.
PIECES = uuid.UUID("5a2c8f0e-7f0b-4f5e-9d55-1c5cf0a7b2d4")
#: Worst first, without "verified": no file is a badge.
VERDICTS = ("failed", "degraded")


def read_host(path: Path) -> HostInfo:
    """The machine that a report is about.

    Raises:
        ValueError: the file is missing, or says no machine.
    """
    try:
        return from_json(HostInfo, path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(
            f"{path}: {error.strerror}. A report needs {HOST} beside it, which first-run and "
            f"`python -m probes.agent run --json FILE --host-json {HOST}` write."
        ) from None


def read_report(path: Path) -> Report:
    """The report of a file, or the one that all reports of a folder make together.

    Raises:
        ValueError: nothing there is a report, or reports of several devices lie together.
    """
    if not path.is_dir():
        return from_data(Report, _json(path))
    found = [_json(file) for file in sorted(path.glob("*.json")) if file.name != HOST]
    reports = [from_data(Report, data) for data in found if _is_report(data)]
    if not reports:
        raise ValueError(f"{path}: none of its {len(found)} JSON files is a report.")
    return merged(reports)


def merged(reports: Sequence[Report]) -> Report:
    """One report of several of one device.

    A probe counts as it ran first, a soak as it ran longest; seed and nonce are those of the
    report that holds the proof, else of the first.

    Raises:
        ValueError: they are about several devices.
    """
    if len(reports) == 1:
        return reports[0]
    if len({report.device_uuid for report in reports}) > 1:
        raise ValueError("The reports are about several devices; import one folder for each.")
    name = str(uuid.uuid5(PIECES, " ".join(report.run_id for report in reports)))
    verdicts = {report.verdict for report in reports}
    troubled = next((report for report in reports if report.status != "succeeded"), reports[0])
    key = next((report for report in reports if _holds_proof(report)), reports[0])
    return reports[0].evolve(
        run_id=name,
        suite="deep",
        status=troubled.status,
        reason=troubled.reason,
        verdict=next((verdict for verdict in VERDICTS if verdict in verdicts), "measured"),
        results=tuple(attrs.evolve(result, run_id=name) for result in _chosen(reports)),
        seed=key.seed,
        nonce=key.nonce,
        started_unix_s=min(report.started_unix_s for report in reports),
        finished_unix_s=max(report.finished_unix_s for report in reports),
    )


def _chosen(reports: Sequence[Report]) -> list[ProbeResult]:
    chosen: dict[str, ProbeResult] = {}
    for result in (result for report in reports for result in report.results):
        known = chosen.setdefault(result.probe, result)
        if result.probe == "soak" and result.duration_s > known.duration_s:
            chosen["soak"] = result
    return list(chosen.values())


def _holds_proof(report: Report) -> bool:
    from probes import verification

    return verification.has_proof(report)


def _is_report(data: Any) -> bool:
    return isinstance(data, dict) and {"run_id", "device_uuid", "results"} <= set(data)


def _json(path: Path) -> Any:
    try:
        if path.stat().st_size > LONGEST_BYTES:
            raise ValueError(f"{path}: larger than {LONGEST_BYTES} bytes, which no report is.")
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}.") from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise ValueError(f"{path}: no JSON.") from None
