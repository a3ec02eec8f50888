"""Cost against speed: one mark per recommendation, the frontier drawn through the unbeaten."""

from collections.abc import Sequence

from attrs import frozen
from django.utils.safestring import SafeString

from drawing import svg
from drawing.axes import LogAxis, grid, spanning
from sizing.formats import figure

WIDTH, HEIGHT = 960, 340
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 30, 50
LABEL_WIDTH, LABEL_HEIGHT = 22, 14
"""Room that one rank takes, in pixels."""

Place = tuple[float, float]


@frozen(kw_only=True)
class CostSpeedPoint:
    """One recommendation that has a price.

    Attributes:
        cost: per hour, in `currency`.
        speed, low, high: the chosen metric with its 90 % interval.
        on_frontier: nothing else is both cheaper and faster.
    """

    name: str
    rank: int
    cost: float
    currency: str
    speed: float
    low: float
    high: float
    on_frontier: bool


def cost_speed_chart(
    points: Sequence[CostSpeedPoint], *, speed_label: str, less_is_faster: bool = False
) -> SafeString:
    """The drawing, faster is higher; empty when no recommendation has a price."""
    if not points:
        return SafeString("")
    x = spanning((point.cost for point in points), start=LEFT, end=WIDTH - RIGHT)
    speeds = [value for point in points for value in (point.low, point.speed, point.high)]
    y = spanning(speeds, start=HEIGHT - BOTTOM, end=TOP)
    if less_is_faster:
        y = y.reversed()
    cost_label = f"Cost ({points[0].currency} per hour)"
    parts = grid(x, y, x_label=cost_label, y_label=speed_label)
    parts += _frontier(points, x, y)
    parts += [_mark(point, x, y) for point in points]
    parts += _labels(points, x, y)
    label = f"{speed_label} against cost of {len(points)} recommendations"
    return svg.document(parts, width=WIDTH, height=HEIGHT, label=label)


def _frontier(points: Sequence[CostSpeedPoint], x: LogAxis, y: LogAxis) -> list[str]:
    best = sorted((point for point in points if point.on_frontier), key=lambda point: point.cost)
    if len(best) < 2:
        return []
    places = " ".join(f"{x.place(point.cost):.1f},{y.place(point.speed):.1f}" for point in best)
    return [svg.element("polyline", class_="frontier", points=places)]


def _mark(point: CostSpeedPoint, x: LogAxis, y: LogAxis) -> str:
    at_x, at_y = x.place(point.cost), y.place(point.speed)
    name = f"{point.rank}. {point.name}: {figure(point.cost)} {point.currency} per hour"
    whisker = svg.element(
        "line", class_="interval", x1=at_x, x2=at_x, y1=y.place(point.low), y2=y.place(point.high)
    )
    kind = "frontier-mark" if point.on_frontier else "mark"
    dot = svg.element("circle", class_=kind, cx=at_x, cy=at_y, r=5)
    return svg.element("g", svg.title(name), whisker, dot)


def _labels(points: Sequence[CostSpeedPoint], x: LogAxis, y: LogAxis) -> list[str]:
    """Ranks beside their marks, the frontier's first; one without room is left out."""
    marks = [(x.place(point.cost), y.place(point.speed)) for point in points]
    taken: list[Place] = []
    written = []
    for point in sorted(points, key=lambda point: (not point.on_frontier, point.rank)):
        mark = (x.place(point.cost), y.place(point.speed))
        room = [at for at in _around(mark) if _is_free(at, taken, marks)]
        if room or point.on_frontier:
            at = room[0] if room else _around(mark)[0]
            taken.append(at)
            written.append(svg.text(str(point.rank), class_="label", x=at[0], y=at[1]))
    return written


def _around(mark: Place) -> list[Place]:
    """Where a rank may stand: right or left of its mark, above or below it."""
    return [(mark[0] + right, mark[1] + down) for down in (-6, 16) for right in (8, -LABEL_WIDTH)]


def _is_free(at: Place, labels: Sequence[Place], marks: Sequence[Place]) -> bool:
    """Whether a rank here hides neither another rank nor a mark."""
    middle = (at[0] + LABEL_WIDTH / 2 - 4, at[1] - 4)
    return not (
        any(_overlap(at, other) for other in labels)
        or any(_near(middle, mark, LABEL_WIDTH / 2, LABEL_HEIGHT - 4) for mark in marks)
    )


def _near(one: Place, other: Place, across: float, down: float) -> bool:
    return abs(one[0] - other[0]) < across and abs(one[1] - other[1]) < down


def _overlap(one: Place, other: Place) -> bool:
    return _near(one, other, LABEL_WIDTH, LABEL_HEIGHT)
