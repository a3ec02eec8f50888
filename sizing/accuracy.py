"""The accuracy report: how far the engine is off on published measurements."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs

from sizing import scoring, selectors
from sizing.engine import ENGINE_VERSION
from sizing.services.estimates import estimate_lines

DATA = Path(__file__).parent / "data"
SHIPPED_REPORT = DATA / "accuracy.json"
CROSS_VALIDATION = DATA / "cross_validation.json"
SHIPPED_CASES = DATA / "measurements"

Case = Mapping[str, Any]
Answer = Mapping[str, Any]


def read_cases(folder: Path) -> list[Case]:
    """The cases of a folder: its cases.jsonl, else every *.jsonl in it."""
    single = folder / "cases.jsonl"
    files = [single] if single.exists() else sorted(folder.glob("*.jsonl"))
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line) for line in lines if line.strip()]


def answer_cases(cases: Sequence[Case]) -> dict[str, Answer]:
    """The engine's answer to every case, by id."""
    lines = (json.dumps({key: case.get(key) for key in _ASKED}) for case in cases)
    found: dict[str, Answer] = {}
    for case, answer in zip(cases, estimate_lines(lines), strict=True):
        found.setdefault(str(case["id"]), answer)
    return found


_ASKED = ("id", "workload", "hardware", "plan")


def report(cases: Sequence[Case], answers: Mapping[str, Answer]) -> dict[str, Any]:
    """The tables of the accuracy page and of `manage.py accuracy`."""
    figures = list(scoring.compare(cases, answers))
    kinds = sorted({figure.kind for figure in figures})
    return {
        "engine_version": ENGINE_VERSION,
        "calibration": selectors.shipped_calibration().version,
        "generated_on": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "cases": len(cases),
        "figures": len(figures),
        "overall": attrs.asdict(scoring.summarise(figures)) if figures else None,
        "rows": _table(figures, ("kind", "metric")),
        "loads": _table(figures, ("kind", "metric", "mode")),
        "sources": _table(figures, ("kind", "source")),
        "ordering": [{"kind": kind, **attrs.asdict(_ordering(figures, kind))} for kind in kinds],
    }


def _ordering(figures: Iterable[scoring.Figure], kind: str) -> scoring.Ordering:
    return scoring.order_of_systems(figure for figure in figures if figure.kind == kind)


def _table(figures: Sequence[scoring.Figure], keys: tuple[str, ...]) -> list[dict[str, Any]]:
    groups = scoring.group(figures, lambda figure: tuple(getattr(figure, key) for key in keys))
    rows = [
        {**dict(zip(keys, names, strict=True)), **attrs.asdict(summary)}
        for names, summary in groups.items()
    ]
    return [row for row in rows if row.get("mode") != "-"]


@lru_cache(maxsize=1)
def shipped_accuracy() -> dict[str, Any] | None:
    """The report that ships with the project; None when it has none."""
    if not SHIPPED_REPORT.exists():
        return None
    found: dict[str, Any] = json.loads(SHIPPED_REPORT.read_text(encoding="utf-8"))
    if CROSS_VALIDATION.exists():
        found["cross_validation"] = json.loads(CROSS_VALIDATION.read_text(encoding="utf-8"))
    return found
