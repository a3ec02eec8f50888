"""Axes with ticks at round numbers, and the grid behind a chart."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from typing import Protocol

from attrs import evolve, frozen

from drawing import svg

STEPS = ((1,), (1, 2, 5), (1, 1.5, 2, 3, 4, 5, 6, 8))
"""Leading digits of tick values, from coarse to fine."""

FEWEST_TICKS = 3
MOST_TICKS = 7
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60)
DAY_STEPS = (1, 2, 7, 14)
DAYS_PER_MONTH = 30.4


class Axis(Protocol):
    """Where values stand, and which of them are written beside the axis."""

    @property
    def start(self) -> float:
        """The pixel of the low end."""

    @property
    def end(self) -> float:
        """The pixel of the high end."""

    def place(self, value: float, /) -> float:
        """The pixel of a value."""

    def ticks(self) -> list[float]:
        """Values with a grid line."""

    def word(self, value: float, /) -> str:
        """What stands beside the grid line of a value."""


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

    def word(self, value: float) -> str:
        """The value in digits."""
        return f"{value:,g}"

    def _ticks_of(self, steps: Iterable[float]) -> list[float]:
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        powers = range(first, last + 1)
        values = sorted(float(f"{step}e{power}") for step in steps for power in powers)
        return [value for value in values if self.low <= value <= self.high]


@frozen(kw_only=True)
class LinearAxis:
    """Maps values from zero to `high` to pixels."""

    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """The pixel of a value."""
        return self.start + value / self.high * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Zero and round values up to the end."""
        power = 10.0 ** math.floor(math.log10(self.high))
        steps = (step * power for step in (0.1, 0.2, 0.5, 1.0))
        step = next((step for step in steps if self.high / step <= MOST_TICKS), 2 * power)
        return [float(f"{step * count:.6g}") for count in range(int(self.high / step) + 1)]

    def word(self, value: float) -> str:
        """The value in digits."""
        return f"{value:,g}"


@frozen(kw_only=True)
class DateAxis:
    """Maps days, as proleptic ordinals, to pixels."""

    low: int
    high: int
    start: float
    end: float

    def place(self, value: float) -> float:
        """The pixel of a day."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """First days of months, or single days where the axis is short."""
        months = (self.high - self.low) / DAYS_PER_MONTH
        if months < FEWEST_TICKS:
            step = next((s for s in DAY_STEPS if (self.high - self.low) / s <= MOST_TICKS), 14)
            return [float(day) for day in range(self.low, self.high + 1, step)]
        step = next((step for step in MONTH_STEPS if months / step <= MOST_TICKS), MONTH_STEPS[-1])
        return [float(day) for day in self._months(step) if self.low <= day <= self.high]

    def word(self, value: float) -> str:
        """The day, or its month where days tell nothing more."""
        day = dt.date.fromordinal(int(value))
        short = (self.high - self.low) / DAYS_PER_MONTH < FEWEST_TICKS
        return f"{day:%Y-%m-%d}" if short else f"{day:%Y-%m}"

    def _months(self, step: int) -> list[int]:
        first = dt.date.fromordinal(self.low).year * 12
        last = dt.date.fromordinal(self.high).year * 12 + 12
        return [dt.date(m // 12, m % 12 + 1, 1).toordinal() for m in range(first, last, step)]


def spanning(values: Iterable[float], *, start: float, end: float) -> LogAxis:
    """An axis around positive values, with a margin."""
    known = [value for value in values if value > 0]
    low, high = (min(known), max(known)) if known else (1.0, 10.0)
    margin = max(1.15, (high / low) ** 0.06)
    return LogAxis(low=low / margin, high=high * margin, start=start, end=end)


def from_zero(values: Iterable[float], *, start: float, end: float) -> LinearAxis:
    """A linear axis that holds zero and all of them, with a margin."""
    return LinearAxis(high=1.08 * max(values, default=1.0), start=start, end=end)


def days(values: Iterable[dt.date], *, start: float, end: float) -> DateAxis:
    """An axis around days, with a margin; at least a week long."""
    known = [day.toordinal() for day in values]
    margin = max(3, (max(known) - min(known)) // 25)
    return DateAxis(low=min(known) - margin, high=max(known) + margin, start=start, end=end)


def grid(x: Axis, y: Axis, *, x_label: str, y_label: str) -> list[str]:
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


def _vertical(x: Axis, y: Axis, value: float) -> tuple[str, str]:
    at = x.place(value)
    return (
        svg.element("line", class_="gridline", x1=at, x2=at, y1=y.start, y2=y.end),
        svg.text(x.word(value), x=at, y=max(y.start, y.end) + 18, text_anchor="middle"),
    )


def _horizontal(x: Axis, y: Axis, value: float) -> tuple[str, str]:
    at = y.place(value)
    return (
        svg.element("line", class_="gridline", x1=x.start, x2=x.end, y1=at, y2=at),
        svg.text(y.word(value), x=x.start - 8, y=at + 4, text_anchor="end"),
    )


def _flat(pairs: Sequence[tuple[str, str]]) -> list[str]:
    return [part for pair in pairs for part in pair]
