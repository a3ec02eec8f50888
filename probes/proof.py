"""A small product whose right answer both sides can compute: inputs from the server's seed.

It shows that somebody computed with this run's seed and nonce, exactly; not on which device. Whole
numbers up to 127 and 256 terms stay below 2^24, so fp32 gives the exact sum in any order.
"""

import hashlib

import numpy as np
import numpy.typing as npt

SIDE = 256
#: Part of the probe that every suite holds on every device.
PROBE, METRIC, PARAMETER = "gemm.fp32.peak", "proof_s", "sha256"
Matrix = npt.NDArray[np.int8]


def inputs(seed: int, nonce: str) -> tuple[Matrix, Matrix]:
    """Two matrices of (SIDE, SIDE) whole numbers from -127 to 127."""
    text = f"proof:{seed}:{nonce}"
    start = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
    draw = np.random.Generator(np.random.PCG64(start))
    first, second = (draw.integers(-127, 128, (SIDE, SIDE), dtype=np.int8) for _ in range(2))
    return first, second


def digest(product: npt.NDArray[np.int32]) -> str:
    """SHA-256 of the elements, row by row, as little-endian 32-bit numbers."""
    return hashlib.sha256(np.ascontiguousarray(product, dtype="<i4").tobytes()).hexdigest()


def wanted(seed: int, nonce: str) -> str:
    """The digest of the right product."""
    first, second = inputs(seed, nonce)
    return digest(first.astype(np.int32) @ second.astype(np.int32))
