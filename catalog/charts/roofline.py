"""The roofline: speed that a kind of work can reach against its operations per byte."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from catalog.rooflines import Roof
from drawing import svg
from drawing.axes import LogAxis, grid

WIDTH, HEIGHT = 960, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 30, 50
LABEL_HEIGHT = 15
ROOM = 8.0
"""How far the chart goes beyond the outermost ridge points, as a factor."""


def roofline_chart(name: str, roofs: Sequence[Roof]) -> SafeString:
    """Both axes logarithmic; every ridge point is marked. Empty without a roof."""
    if not roofs:
        return SafeString("")
    x, y = _axes(roofs)
    parts = grid(x, y, x_label="Operations per byte of memory traffic", y_label="TFLOP/s, TOPS")
    parts += [_roof(roof, x, y) for roof in roofs]
    parts += _labels(roofs, x, y)
    return svg.document(parts, width=WIDTH, height=HEIGHT, label=f"Roofline of {name}")


def _axes(roofs: Sequence[Roof]) -> tuple[LogAxis, LogAxis]:
    ridges = [roof.ridge for roof in roofs]
    peaks = [roof.peak_tflops for roof in roofs]
    low, high = min(ridges) / ROOM, max(ridges) * ROOM
    slowest = min(roof.bandwidth_gb_s for roof in roofs) * low / 1e3
    return (
        LogAxis(low=low, high=high, start=LEFT, end=WIDTH - RIGHT),
        LogAxis(low=slowest, high=max(peaks) * 1.6, start=HEIGHT - BOTTOM, end=TOP),
    )


def _roof(roof: Roof, x: LogAxis, y: LogAxis) -> str:
    kind = "roof-measured" if roof.measured else "roof"
    foot = y.place(roof.bandwidth_gb_s * x.low / 1e3)
    at_x, at_y = x.place(roof.ridge), y.place(roof.peak_tflops)
    places = f"{x.start:.1f},{foot:.1f} {at_x:.1f},{at_y:.1f} {x.end:.1f},{at_y:.1f}"
    words = f"{_title(roof)}, ridge point at {three(roof.ridge)} operations per byte"
    return svg.element(
        "g",
        svg.title(words),
        svg.element("polyline", class_=kind, points=places),
        svg.element("circle", class_=f"{kind}-ridge", cx=at_x, cy=at_y, r=4.5),
    )


def _title(roof: Roof) -> str:
    return f"{roof.name}{' measured' if roof.measured else ''}: {three(roof.peak_tflops)}"


def _labels(roofs: Sequence[Roof], x: LogAxis, y: LogAxis) -> list[str]:
    """Name, peak and ridge point above the end of each roof, moved down where two would collide."""
    written, last = [], -float(LABEL_HEIGHT)
    for roof in sorted(roofs, key=lambda roof: -roof.peak_tflops):
        last = max(y.place(roof.peak_tflops) - 5, last + LABEL_HEIGHT)
        words = f"{_title(roof)}, ridge {three(roof.ridge)}"
        written.append(svg.text(words, class_="label", x=x.end, y=last, text_anchor="end"))
    return written


def three(value: float) -> str:
    """Three significant digits."""
    return f"{float(f'{value:.3g}'):,g}"
