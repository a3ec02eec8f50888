"""Serving: schedules of each load, and the price of their steps."""

from sizing.engine.serving.rows import StepTimes, price_steps

__all__ = ["StepTimes", "price_steps"]
