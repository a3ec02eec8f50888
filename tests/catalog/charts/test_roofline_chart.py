from itertools import pairwise

from catalog.charts.roofline import roofline_chart
from catalog.rooflines import Roof


def roof(peak, **changes):
    usual = {"formats": ("BF16",), "peak_tflops": peak, "bandwidth_gb_s": 3350.0, "basis": "x"}
    return Roof(**{**usual, **changes})


def test_every_ridge_point_is_marked_and_named():
    drawing = roofline_chart("H100", [roof(989.0), roof(67.0)])
    assert drawing.count("<circle") == 2
    assert "ridge 295" in drawing
    assert "ridge 20" in drawing


def test_roofs_of_one_bandwidth_share_their_slope():
    drawing = roofline_chart("H100", [roof(989.0), roof(67.0)])
    feet = {part.split(" ")[0] for part in drawing.split('points="')[1:]}
    assert len(feet) == 1


def test_a_measured_roof_is_told_from_a_stated_one():
    drawing = roofline_chart("H100", [roof(989.0), roof(700.0, measured=True)])
    assert drawing.count('class="roof-measured"') == 1
    assert "BF16 measured: 700" in drawing


def test_names_of_roofs_that_nearly_meet_stand_apart():
    drawing = roofline_chart("H100", [roof(100.0), roof(99.0), roof(98.0)])
    heights = [
        float(part.split('y="')[1].split('"')[0]) for part in drawing.split('class="label"')[1:]
    ]
    assert all(lower - higher >= 14.9 for higher, lower in pairwise(heights))


def test_names_are_escaped():
    assert "<script>" not in roofline_chart("<script>", [roof(1.0, formats=("<script>",))])


def test_no_roofs_draw_nothing():
    assert roofline_chart("H100", []) == ""
