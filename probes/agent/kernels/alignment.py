"""`hpc.sw`: Smith-Waterman scores with affine gaps, many pairs at once, one antidiagonal a step.

A lower bound of what a device can do: it is written in torch, thousands of small launches.
Gotoh, "An improved algorithm for matching biological sequences" (1982).
"""

import torch

from probes.agent.device import Device
from probes.agent.kernels import figures
from probes.agent.kernels.context import Context, Outcome, outcome

MATCH, MISMATCH, OPEN, EXTEND = 2, -3, 5, 2
LOWEST = -10_000
PAIRS, LENGTH = 65_536, 150
CPU_PAIRS, CPU_LENGTH = 512, 64
TINY_PAIRS, TINY_LENGTH = 4, 12
CHECKED_PAIRS = 3


def run(context: Context) -> Outcome:
    """Cells of the dynamic programme per second."""
    device = context.open_device()
    pairs, length = (
        (TINY_PAIRS, TINY_LENGTH)
        if context.is_tiny
        else (CPU_PAIRS, CPU_LENGTH)
        if device.on_cpu
        else (PAIRS, LENGTH)
    )
    one, other = (_bases(context, device, label, pairs, length) for label in ("one", "other"))
    wanted = [
        plain_score(one[i].tolist(), other[i].tolist()) for i in range(min(CHECKED_PAIRS, pairs))
    ]
    found = scores(one, other)[: len(wanted)]
    measurement = figures.rate(
        context,
        device,
        "cells_per_s",
        lambda: scores(one, other),
        work=float(pairs * length * length),
        unit="1/s",
        correctness=figures.exactly(found, torch.tensor(wanted, dtype=found.dtype)),
        params={"pairs": pairs, "length": length, "dtype": "int16"},
    )
    return outcome(device, [measurement])


def _bases(context: Context, device: Device, label: str, pairs: int, length: int) -> torch.Tensor:
    generator = device.generator(context.seed(label))
    return torch.randint(
        0, 4, (pairs, length), dtype=torch.int16, device=device.torch_device, generator=generator
    )


def scores(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Best local score of each pair; `one` and `other` have shape (pairs, length).

    Row i of antidiagonal d is cell (i, d - i). H is the best score that ends in a cell, E and F
    those that end in a gap of either sequence.
    """
    pairs, length = one.shape
    before, last = (one.new_zeros(pairs, length + 1) for _ in range(2))
    gap_one, gap_other = (torch.full_like(last, LOWEST) for _ in range(2))
    best = one.new_zeros(pairs)
    reverse = other.flip(1)
    for d in range(2, 2 * length + 1):
        low, high = max(1, d - length), min(length, d - 1)
        rows, above = slice(low, high + 1), slice(low - 1, high)
        equal = one[:, low - 1 : high] == reverse[:, length - d + low : length - d + high + 1]
        gap_one_new = torch.maximum(last[:, rows] - OPEN, gap_one[:, rows] - EXTEND)
        gap_other_new = torch.maximum(last[:, above] - OPEN, gap_other[:, above] - EXTEND)
        diagonal = before[:, above] + torch.where(equal, MATCH, MISMATCH).to(torch.int16)
        cell = torch.maximum(torch.maximum(diagonal, gap_one_new), gap_other_new).clamp_min(0)
        before = last
        last, gap_one, gap_other = (
            _placed(values, rows, fill, before)
            for values, fill in ((cell, 0), (gap_one_new, LOWEST), (gap_other_new, LOWEST))
        )
        best = torch.maximum(best, cell.amax(dim=1))
    return best


def _placed(values: torch.Tensor, rows: slice, fill: int, like: torch.Tensor) -> torch.Tensor:
    whole = torch.full_like(like, fill)
    whole[:, rows] = values
    return whole


def plain_score(one: list[int], other: list[int]) -> int:
    """The same for one pair, cell by cell."""
    above_h, above_f = [0] * (len(other) + 1), [LOWEST] * (len(other) + 1)
    best = 0
    for base in one:
        h_row, gap = [0], LOWEST
        for j, against in enumerate(other, 1):
            gap = max(h_row[j - 1] - OPEN, gap - EXTEND)
            above_f[j] = max(above_h[j] - OPEN, above_f[j] - EXTEND)
            diagonal = above_h[j - 1] + (MATCH if base == against else MISMATCH)
            h_row.append(max(0, diagonal, gap, above_f[j]))
        above_h, best = h_row, max(best, *h_row)
    return best
