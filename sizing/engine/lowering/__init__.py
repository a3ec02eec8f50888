"""Lowering: one scheduler step of a model becomes arrays of operations and messages."""

from sizing.engine.lowering.step import lower_step

__all__ = ["lower_step"]
