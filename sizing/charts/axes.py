"""Logarithmic axes with ticks at round numbers."""

import math
from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from sizing.charts import svg

STEPS = ((1,), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 8))
"""Leading digits of tick values, from coarse to fine."""

FEWEST_TICKS = 3


@frozen(kw_only=True)
class LogAxis:
    """Maps positive values to pixels; `start` is where `low` stands, `end` where `high` stands."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """The pixel of a value."""
        span = math.log(self.high / self.low)
        share = math.log(max(value, self.low * 1e-3) / self.low) / span
        return self.start + share * (self.end - self.start)

    def reversed(self) -> "LogAxis":
        """The same axis the other way round."""
        return evolve(self, start=self.end, end=self.start)

    def ticks(self) -> list[float]:
        """Round values within the axis: the coarsest choice that gives enough of them."""
        found: list[float] = []
        for steps in STEPS:
            found = self._ticks_of(steps)
            if len(found) >= FEWEST_TICKS:
                break
        return found

    def _ticks_of(self, steps: Iterable[float]) -> list[float]:
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        powers = range(first, last + 1)
        values = sorted(float(f"{step}e{power}") for step in steps for power in powers)
        return [value for value in values if self.low <= value <= self.high]


def spanning(values: Iterable[float], *, start: float, end: float) -> LogAxis:
    """An axis around positive values, with a margin."""
    known = [value for value in values if value > 0]
    low, high = (min(known), max(known)) if known else (1.0, 10.0)
    margin = max(1.15, (high / low) ** 0.06)
    return LogAxis(low=low / margin, high=high * margin, start=start, end=end)


def grid(x: LogAxis, y: LogAxis, *, x_label: str, y_label: str) -> list[str]:
    """Grid lines, tick labels and axis titles of a chart."""
    vertical = [_vertical(x, y, value) for value in x.ticks()]
    horizontal = [_horizontal(x, y, value) for value in y.ticks()]
    top, bottom = min(y.start, y.end), max(y.start, y.end)
    frame = svg.element(
        "path", class_="axis", d=f"M{x.start:.1f} {top:.1f}V{bottom:.1f}H{x.end:.1f}"
    )
    titles = [
        svg.text(x_label, x=(x.start + x.end) / 2, y=bottom + 38, text_anchor="middle"),
        svg.text(y_label, x=x.start - 50, y=top - 10),
    ]
    return [*_flat(vertical), *_flat(horizontal), frame, *titles]


def _vertical(x: LogAxis, y: LogAxis, value: float) -> tuple[str, str]:
    at = x.place(value)
    return (
        svg.element("line", class_="gridline", x1=at, x2=at, y1=y.start, y2=y.end),
        svg.text(_tick(value), x=at, y=max(y.start, y.end) + 18, text_anchor="middle"),
    )


def _horizontal(x: LogAxis, y: LogAxis, value: float) -> tuple[str, str]:
    at = y.place(value)
    return (
        svg.element("line", class_="gridline", x1=x.start, x2=x.end, y1=at, y2=at),
        svg.text(_tick(value), x=x.start - 8, y=at + 4, text_anchor="end"),
    )


def _tick(value: float) -> str:
    return f"{value:,g}"


def _flat(pairs: Sequence[tuple[str, str]]) -> list[str]:
    return [part for pair in pairs for part in pair]
