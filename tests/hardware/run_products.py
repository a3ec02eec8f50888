"""Times matrix products with torch alone: one JSON shape per line in, seconds and spread out.

Written apart from the probe's own kernels, so that a fault there cannot confirm itself.
"""

import json
import statistics
import sys
import time

import torch

CACHE_BYTES = 64e6
BUDGET_S = 0.6


def operand_sets(m, n, k):
    """Enough distinct inputs that none is still in the last cache when its turn comes."""
    size = 4 * (m * k + k * n)
    count = max(1, min(256, int(4 * CACHE_BYTES / size) + 1))
    return [(torch.randn(m, k), torch.randn(n, k).t()) for _ in range(count)]


def sample_s(sets, out, start, batch):
    begin = time.perf_counter()
    for i in range(batch):
        a, b = sets[(start + i) % len(sets)]
        torch.mm(a, b, out=out)
    return (time.perf_counter() - begin) / batch


def timed(m, n, k):
    sets, out = operand_sets(m, n, k), torch.empty(m, n)
    once = min(sample_s(sets, out, i, 1) for i in range(4))
    batch = max(1, int(0.002 / once))
    samples, end = [], time.perf_counter() + BUDGET_S
    while len(samples) < 20 or time.perf_counter() < end:
        samples.append(sample_s(sets, out, len(samples) * batch, batch))
        if len(samples) >= 400:
            break
    ordered = sorted(samples)
    return {"seconds": statistics.median(ordered), "p05": ordered[len(ordered) // 20]}


for line in sys.stdin:
    print(json.dumps(timed(**json.loads(line))), flush=True)
