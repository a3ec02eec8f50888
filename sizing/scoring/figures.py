"""One measured figure beside the one that was predicted for it."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeGuard

from attrs import frozen


@frozen(kw_only=True)
class Figure:
    """A measured figure and its prediction; `predicted` is None when the answer has none.

    An unanswered figure counts as 100 % error and as outside its interval.
    """

    case_id: str
    source: str
    kind: str
    metric: str
    mode: str
    system: tuple[str, int]
    workload: str
    measured: float
    predicted: float | None
    low: float | None
    high: float | None

    @property
    def error(self) -> float:
        """Absolute relative error."""
        if self.predicted is None:
            return 1.0
        return abs(self.predicted - self.measured) / self.measured

    @property
    def bias(self) -> float | None:
        """Signed relative error."""
        if self.predicted is None:
            return None
        return (self.predicted - self.measured) / self.measured

    @property
    def covered(self) -> bool:
        """Whether the measured value lies inside the interval."""
        if self.low is None or self.high is None:
            return False
        return self.low <= self.measured <= self.high

    @property
    def width(self) -> float | None:
        """Width of the interval over the predicted value."""
        if self.predicted is None or self.low is None or self.high is None:
            return None
        return (self.high - self.low) / self.predicted


def compare(
    cases: Iterable[Mapping[str, Any]], answers: Mapping[str, Mapping[str, Any]]
) -> Iterator[Figure]:
    """One figure per measured metric of every case; answers are found by the case's id."""
    for case in cases:
        answer = answers.get(str(case["id"]))
        for metric, measured in case["measured"].items():
            yield _figure(case, metric, float(measured), answer)


def _figure(
    case: Mapping[str, Any], metric: str, measured: float, answer: Mapping[str, Any] | None
) -> Figure:
    value, low, high = _predicted(answer, metric)
    workload, hardware = case["workload"], case["hardware"]
    return Figure(
        case_id=str(case["id"]),
        source=case["source"],
        kind=workload["kind"],
        metric=metric,
        mode=(workload.get("load") or {}).get("mode", "-"),
        system=(hardware["accelerator"], hardware["count"]),
        workload=_same_work(workload),
        measured=measured,
        predicted=value,
        low=low,
        high=high,
    )


def _same_work(workload: Mapping[str, Any]) -> str:
    """What two systems must share to be compared; the runtime may differ."""
    kept = {key: workload[key] for key in sorted(workload) if not key.startswith("runtime")}
    return repr(_sorted(kept))


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return sorted((key, _sorted(item)) for key, item in value.items())
    return value


def _predicted(
    answer: Mapping[str, Any] | None, metric: str
) -> tuple[float | None, float | None, float | None]:
    if not answer or answer.get("error") or answer.get("feasible") is False:
        return None, None, None
    interval = (answer.get("metrics") or {}).get(metric)
    if not isinstance(interval, Mapping) or not _is_positive(interval.get("value")):
        return None, None, None
    value = float(interval["value"])
    low, high = interval.get("low"), interval.get("high")
    if _is_finite(low) and _is_finite(high) and low <= high:
        return value, float(low), float(high)
    return value, None, None


def _is_finite(value: Any) -> TypeGuard[float]:
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return known and math.isfinite(value)


def _is_positive(value: Any) -> TypeGuard[float]:
    return _is_finite(value) and value > 0
