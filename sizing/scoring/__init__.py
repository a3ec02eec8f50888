"""Scores answers against published measurements (definitions: contract section 5)."""

from sizing.scoring.figures import Figure, compare
from sizing.scoring.ordering import Ordering, order_of_systems
from sizing.scoring.summary import Summary, group, summarise

__all__ = [
    "Figure",
    "Ordering",
    "Summary",
    "compare",
    "group",
    "order_of_systems",
    "summarise",
]
