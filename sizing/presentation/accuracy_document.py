"""The tables of docs/accuracy.md, written between their marks so that they cannot drift."""

from collections.abc import Mapping, Sequence
from typing import Any

LEFT_OUT = ("nothing", "case", "model", "device", "family")
METRICS = (
    "tpot_ms",
    "decode_tokens_per_s",
    "ttft_ms",
    "prefill_tokens_per_s",
    "output_tokens_per_s",
    "request_latency_ms",
    "total_tokens_per_s",
    "tflops",
)
_KINDS = {"llm-inference": "inference", "gemm": "gemm"}


def with_tables(
    text: str, report: Mapping[str, Any], cross_validation: Sequence[Mapping[str, Any]]
) -> str:
    """The document with its three marked tables and its marked sentence renewed."""
    parts = {
        "by-metric": _by_metric(report["rows"]),
        "overall": _overall(report),
        "by-source": _by_source(report["sources"]),
        "cross-validation": _cross_validation(cross_validation),
    }
    for name, part in parts.items():
        text = _between(text, f"<!-- {name} -->", part)
    return text


def _between(text: str, mark: str, part: str) -> str:
    before, _, rest = text.partition(mark)
    _, found, after = rest.partition(mark)
    if not found:
        raise ValueError(f"the document lacks a pair of {mark}")
    return f"{before}{mark}\n{part}\n{mark}{after}"


def _by_metric(rows: Sequence[Mapping[str, Any]]) -> str:
    heads = ("figure", "n", "answered %", "macro median %", "macro mean %", "bias %")
    return _table(
        (*heads, "coverage %", "width %"),
        [
            (
                f"`{row['metric']}` ({_KINDS.get(row['kind'], row['kind'])})",
                str(row["n"]),
                *_percents(row, "answered", "macro_median", "macro_mean"),
                f"{100 * row['bias']:+.1f}",
                *_percents(row, "coverage", "width"),
            )
            for row in rows
        ],
    )


def _by_source(rows: Sequence[Mapping[str, Any]]) -> str:
    merged: dict[str, Mapping[str, Any]] = {row["source"]: row for row in rows}
    return _table(
        ("source", "n", "median %", "mean %", "bias %", "coverage %", "width %"),
        [
            (
                source,
                str(row["n"]),
                *_percents(row, "median_ape", "mean_ape"),
                f"{100 * row['bias']:+.1f}",
                *_percents(row, "coverage", "width"),
            )
            for source, row in merged.items()
        ],
    )


def _cross_validation(rows: Sequence[Mapping[str, Any]]) -> str:
    found = {(row["metric"], row["left_out"]): row for row in rows}
    return _table(
        ("figure", "fitted", "fold", "model out", "device out", "family out"),
        [
            (
                f"`{metric}`",
                *(" / ".join(_percents(found[metric, kind], *_MACRO)) for kind in LEFT_OUT),
            )
            for metric in METRICS
        ],
    )


_MACRO = ("macro_median", "macro_mean")


def _overall(report: Mapping[str, Any]) -> str:
    overall = report["overall"]
    order = next(entry for entry in report["ordering"] if entry["pairs"])
    answered, median, covered, width = _percents(
        overall, "answered", "median_ape", "coverage", "width"
    )
    return (
        f"Overall: {report['cases']:,} cases, {report['figures']:,} figures, {answered} % "
        f"answered, median error {median} %; the 90 % interval covers {covered} % at a median "
        f"width of {width} %. Of {order['pairs']:,} pairs of systems measured on one workload, "
        f"{100 * order['accuracy']:.1f} % come out in the right order."
    )


def _percents(row: Mapping[str, Any], *keys: str) -> list[str]:
    return [f"{100 * row[key]:.1f}" for key in keys]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
