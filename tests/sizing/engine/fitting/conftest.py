import numpy as np
import pytest

from sizing.engine.fitting import GemmPoint, RooflinePrior
from sizing.engine.roofline import gemm_work, ridge_seconds

ROWS = (1, 16, 64, 128, 256, 512, 1024, 2048, 4096)
MATRICES = ((4096, 4096), (28672, 8192), (8192, 28672), (1280, 8192), (6144, 4096))
TRUE = {"peak_flops": 700e12, "bytes_per_s": 3.0e12, "t0_s": 6e-6, "sharpness": 2.5}


def seconds_of(m, n, k, dtype="bf16"):
    return ridge_seconds(*gemm_work(m, n, k, dtype), **TRUE)


@pytest.fixture
def truth():
    """Parameters that made the points of `probe`."""
    return TRUE


@pytest.fixture
def prior():
    return RooflinePrior.of_datasheet(989e12, 3.35e12)


@pytest.fixture
def probe():
    """Points of a made-up device: `probe(noise, seed, count)`."""

    def points(noise=0.0, seed=0, count=24):
        random = np.random.default_rng(seed)
        shapes = [(m, n, k) for n, k in MATRICES for m in ROWS]
        chosen = random.choice(len(shapes), size=count, replace=False)
        factors = np.exp(noise * random.standard_normal(count))
        return [
            GemmPoint(m=m, n=n, k=k, dtype="bf16", seconds=float(seconds_of(m, n, k) * factor))
            for (m, n, k), factor in zip((shapes[i] for i in chosen), factors, strict=True)
        ]

    return points
