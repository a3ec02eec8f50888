"""Inline SVG by own light code: no style attributes, no script, a data table beside each."""

from sizing.charts.cost_speed import CostSpeedPoint, cost_speed_chart
from sizing.charts.fit import FitPoint, fit_chart
from sizing.charts.memory import memory_bar

__all__ = ["CostSpeedPoint", "FitPoint", "cost_speed_chart", "fit_chart", "memory_bar"]
