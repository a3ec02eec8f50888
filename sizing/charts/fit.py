"""Measured points against the fitted roofline: predicted over measured time."""

from collections.abc import Sequence

from attrs import frozen
from django.utils.safestring import SafeString

from drawing import svg
from drawing.axes import LogAxis, grid, spanning

WIDTH, HEIGHT = 960, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 30, 50


@frozen(kw_only=True)
class FitPoint:
    """One measured operation with the time that the fit gives it."""

    name: str
    measured_s: float
    fitted_s: float

    @property
    def measured_us(self) -> float:
        """Measured time in microseconds."""
        return self.measured_s * 1e6

    @property
    def fitted_us(self) -> float:
        """Fitted time in microseconds."""
        return self.fitted_s * 1e6

    @property
    def ratio(self) -> float:
        """Fitted over measured."""
        return self.fitted_s / self.measured_s


def fit_chart(points: Sequence[FitPoint]) -> SafeString:
    """Fitted against measured time; a perfect fit lies on the line."""
    if not points:
        return SafeString("")
    times = [value for point in points for value in (point.measured_us, point.fitted_us)]
    x = spanning(times, start=LEFT, end=WIDTH - RIGHT)
    y = spanning(times, start=HEIGHT - BOTTOM, end=TOP)
    parts = grid(x, y, x_label="Measured (µs)", y_label="Fitted (µs)")
    parts.append(svg.element("line", class_="frontier", x1=x.start, y1=y.start, x2=x.end, y2=y.end))
    parts += [_mark(point, x, y) for point in points]
    label = f"Fitted against measured time of {len(points)} operations"
    return svg.document(parts, width=WIDTH, height=HEIGHT, label=label)


def _mark(point: FitPoint, x: LogAxis, y: LogAxis) -> str:
    return svg.element(
        "circle",
        svg.title(point.name),
        class_="mark",
        cx=x.place(point.measured_us),
        cy=y.place(point.fitted_us),
        r=4,
    )
