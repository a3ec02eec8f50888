"""A report as a table for people."""

from collections.abc import Iterator

from probes.protocol import Measurement, ProbeResult, Report

SCALES = (
    (1e15, "P"),
    (1e12, "T"),
    (1e9, "G"),
    (1e6, "M"),
    (1e3, "k"),
    (1.0, ""),
    (1e-3, "m"),
    (1e-6, "u"),
    (1e-9, "n"),
)
SCALED_UNITS = ("s", "B/s", "FLOP/s")
HEADINGS = ("probe", "metric", "value", "95 % interval", "expected", "ratio", "verdict", "flags")


def table(report: Report) -> str:
    """The report as lines of aligned columns, one per measurement, then its outcome."""
    if not report.results:
        return outcome(report)
    rows = [HEADINGS, *(row for result in report.results for row in _rows(result))]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([*(line.rstrip() for line in lines), "", *_notes(report), outcome(report)])


def outcome(report: Report) -> str:
    """One line: how the run ended, the device's verdict, and how long it took."""
    took = report.finished_unix_s - report.started_unix_s
    verdict = f", device {report.verdict}" if report.verdict else ""
    reason = f" ({report.reason})" if report.reason else ""
    return (
        f"run {report.status}{reason}{verdict}, {took:.1f} s, suite version {report.suite_version}"
    )


def has_trouble(report: Report) -> bool:
    """Whether anything failed or errored: the run, a probe, or a verdict."""
    bad = any(r.status == "error" or r.verdict == "failed" for r in report.results)
    return bad or report.status != "succeeded"


def quantity(value: float, unit: str) -> str:
    """A value with its unit, by a metric prefix where the unit takes one."""
    if unit not in SCALED_UNITS:
        return f"{value:.4g} {unit}".removesuffix(" 1")
    scale, prefix = next(((s, p) for s, p in SCALES if abs(value) >= s), (1e-9, "n"))
    return f"{value / scale:.4g} {prefix}{unit}"


def _notes(report: Report) -> list[str]:
    """One line per flag that whole probes carry."""
    flagged: dict[str, list[str]] = {}
    for result in report.results:
        for flag in result.flags:
            flagged.setdefault(flag, []).append(result.probe)
    return [f"{flag}: {', '.join(probes)}" for flag, probes in flagged.items()]


def _rows(result: ProbeResult) -> Iterator[tuple[str, ...]]:
    if not result.measurements:
        note = f"{result.status}: {result.reason}" if result.reason else result.status
        yield result.probe, note, "", "", "", "", result.verdict, ""
    for found in result.measurements:
        yield _row(result, found)


def _row(result: ProbeResult, found: Measurement) -> tuple[str, ...]:
    interval = " to ".join(quantity(end, found.unit) for end in found.ci95 or ())
    flags = list(found.flags)
    if found.correctness is not None and not found.correctness.ok:
        flags.append("wrong_result")
    if result.status != "ok":
        flags.append(result.status)
    return (
        result.probe,
        found.metric,
        quantity(found.value, found.unit),
        interval,
        quantity(found.expected.value, found.unit) if found.expected else "",
        f"{found.ratio:.2f}" if found.ratio is not None else "",
        found.verdict,
        " ".join(flags),
    )
