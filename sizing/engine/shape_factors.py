"""How much longer a product takes than its roofline says, by its shape."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from attrs import frozen

from sizing.engine.operations import Array

MANY_ROWS = 64
"""From so many rows on, the time of a product is in proportion to them."""


@frozen(eq=False, repr=False)
class ShapeFactors:
    """Measured over expected time of work, by format and weight matrix.

    Attributes:
        known: by (format, n, k): ascending log2 of the rows that were timed, and log factors.
        rest: log factor of the other matrices of a format, where no roofline corrects them.
    """

    known: Mapping[tuple[str, int, int], tuple[Array, Array]]
    rest: Mapping[str, float]

    def __call__(self, dtype: str, m: Array, n: Array, k: Array) -> Array:
        """Factors on the time of work, shape of `m`; 1 where nothing is known.

        Between the rows that were timed the logarithm is interpolated; beyond them it stays.
        """
        logs = np.full(m.shape, self.rest.get(dtype, 0.0))
        rows = np.log2(np.maximum(m, 1.0))
        for (fmt, columns, inner), (places, factors) in self.known.items():
            if fmt == dtype:
                here = (n == columns) & (k == inner)
                logs = np.where(here, np.interp(rows, places, factors), logs)
        return np.asarray(np.exp(logs))

    def covers(self, dtype: str, m: Array, n: Array, k: Array) -> npt.NDArray[np.bool_]:
        """Whether a timing speaks for a product, shape of `m`.

        It has the same weights, and rows within a doubling of those that were timed; beyond
        `MANY_ROWS` a timing speaks for more rows too.
        """
        found = np.zeros(m.shape, dtype=bool)
        for (fmt, columns, inner), (places, _) in self.known.items():
            if fmt == dtype:
                least, most = 2.0 ** places[0] / 2, 2.0 ** places[-1] * 2
                near = (m >= least) & ((m <= most) | (most > 2 * MANY_ROWS))
                found |= near & (n == columns) & (k == inner)
        return found
