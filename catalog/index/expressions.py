"""Database expressions of filters and facets, worked out on the index."""

from typing import Any

import numpy as np
from django.db.models import Case, F, Value
from django.db.models.expressions import Combinable, CombinedExpression
from django.db.models.functions import Cast

from catalog.index.conditions import where
from catalog.index.offer_index import OfferIndex
from catalog.index.vectors import Coded, Figures, Vector


def worked_out(expression: Any, index: OfferIndex) -> Vector:
    """The column that an expression gives.

    Raises:
        NotImplementedError: filters and facets have used no such expression so far.
    """
    if isinstance(expression, F):
        name: str = expression.name  # type: ignore[attr-defined]
        return index.column(name)
    if isinstance(expression, Cast):
        return worked_out(expression.get_source_expressions()[0], index)
    if isinstance(expression, Case):
        return _case(expression, index)
    if isinstance(expression, CombinedExpression) and expression.connector == Combinable.MUL:
        left, right = (worked_out(side, index) for side in (expression.lhs, expression.rhs))
        return Figures(left.figures() * right.figures())
    raise NotImplementedError(f"The index of offers cannot work out {expression!r}")


def _case(expression: Case, index: OfferIndex) -> Coded:
    """The result of the first condition that holds."""
    results = [when.result for when in expression.cases] + [expression.default]
    masks = [where(when.condition, index) for when in expression.cases]
    codes = np.select(masks, range(len(masks)), default=len(masks)).astype(np.int32)
    values = tuple(result.value if isinstance(result, Value) else None for result in results)
    return Coded(codes=codes, values=values)
