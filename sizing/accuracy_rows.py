"""Every measured figure behind the accuracy report, beside what was predicted for it."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs

from sizing.scoring import Figure

SHIPPED_ROWS = Path(__file__).parent / "data" / "accuracy_rows.csv"
SIGNIFICANT = 6


def _number(text: str) -> float | None:
    return float(text) if text else None


@attrs.frozen(kw_only=True)
class AccuracyRow:
    """One published figure and the answer to it; `predicted` is None where there was none."""

    case: str
    source: str
    kind: str
    metric: str
    model: str
    accelerator: str
    count: int = attrs.field(converter=int)
    load: str
    measured: float = attrs.field(converter=float)
    predicted: float | None = attrs.field(converter=_number)
    low: float | None = attrs.field(converter=_number)
    high: float | None = attrs.field(converter=_number)

    @property
    def ratio(self) -> float | None:
        """Predicted over measured."""
        return None if self.predicted is None else self.predicted / self.measured

    @property
    def error(self) -> float:
        """Absolute relative error; no answer counts as 1."""
        return 1.0 if self.ratio is None else abs(self.ratio - 1.0)

    @property
    def is_covered(self) -> bool:
        """Whether the interval holds the measured value."""
        return (
            self.low is not None
            and self.high is not None
            and self.low <= self.measured <= self.high
        )


COLUMNS = tuple(field.name for field in attrs.fields(AccuracyRow))


def write_rows(path: Path, cases: Iterable[Mapping[str, Any]], figures: Iterable[Figure]) -> None:
    """Write one line per figure, for `shipped_rows` to read."""
    by_id = {str(case["id"]): case for case in cases}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_line(by_id[figure.case_id], figure) for figure in figures)


def _line(case: Mapping[str, Any], figure: Figure) -> list[Any]:
    workload = case["workload"]
    model = workload.get("model")
    return [
        figure.case_id,
        figure.source,
        figure.kind,
        figure.metric,
        model if isinstance(model, str) else "config" if model else "",
        *figure.system,
        _load(workload),
        *map(_short, (figure.measured, figure.predicted, figure.low, figure.high)),
    ]


def _load(workload: Mapping[str, Any]) -> str:
    """The load in a few words, such as "concurrency 50, 200 in, 1000 out, fp8"."""
    load = workload.get("load") or {}
    amount = next((value for key, value in load.items() if key != "mode"), "")
    words = [f"{load.get('mode', '')} {amount}".strip()]
    words += [f"{workload[key]} {word}" for key, word in _TOKENS if key in workload]
    words += [str(workload[key]) for key in ("weights", "runtime") if workload.get(key)]
    return ", ".join(word for word in words if word)


_TOKENS = (("input_tokens", "in"), ("output_tokens", "out"))


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.{SIGNIFICANT}g}"


@lru_cache(maxsize=1)
def shipped_rows() -> tuple[AccuracyRow, ...]:
    """The rows that ship with the project, furthest off first; none where none ship."""
    if not SHIPPED_ROWS.exists():
        return ()
    with SHIPPED_ROWS.open(encoding="utf-8", newline="") as file:
        rows = (AccuracyRow(**line) for line in csv.DictReader(file))
        return tuple(sorted(rows, key=lambda row: -row.error))


def choices() -> dict[str, list[str]]:
    """What the rows can be narrowed by: values of each column that has few."""
    rows = shipped_rows()
    return {name: sorted({getattr(row, name) for row in rows} - {""}) for name in FILTERS}


FILTERS = ("metric", "source", "model", "accelerator")


def narrowed(query: Mapping[str, str]) -> Iterator[AccuracyRow]:
    """The rows whose columns equal what the query asks for; unknown values give none."""
    wanted = [(name, query[name]) for name in FILTERS if query.get(name)]
    return (row for row in shipped_rows() if all(getattr(row, n) == v for n, v in wanted))
