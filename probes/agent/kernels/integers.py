"""`int.lcg`: a chain of 32-bit multiply-adds, compiled into one kernel."""

import torch

from probes.agent.kernels import figures
from probes.agent.kernels.context import Context, Outcome, SkippedProbeError, outcome

ROUNDS = 32
ELEMENTS, TINY_ELEMENTS = 2**24, 2**10
FACTOR, TERM = 1664525, 1013904223


def run(context: Context) -> Outcome:
    """Integer operations per second: two per round and element.

    Not fused, each operation would pass through memory and tell of bandwidth instead; where torch
    cannot compile, the probe is skipped.
    """
    device = context.open_device()
    count = TINY_ELEMENTS if context.is_tiny else ELEMENTS
    generator = device.generator(context.seed("start"))
    start = torch.randint(
        0, 2**31 - 1, (count,), dtype=torch.int32, device=device.torch_device, generator=generator
    )
    # Tiny sizes check the chain, not the compiler.
    call = torch.compile(chain, backend="eager" if context.is_tiny else "inductor")
    try:
        found = call(start)
    except Exception as error:
        raise SkippedProbeError(f"torch cannot compile here ({type(error).__name__})") from error
    operations = 2.0 * ROUNDS * count
    measurement = figures.rate(
        context,
        device,
        "operations_per_s",
        lambda: call(start),
        work=operations,
        unit="1/s",
        correctness=figures.exactly(found[:64], reference(start[:64])),
        params={"elements": count, "rounds": ROUNDS, "dtype": "int32"},
    )
    return outcome(device, [measurement])


def chain(x: torch.Tensor) -> torch.Tensor:
    """X -> FACTOR x + TERM modulo 2^32, `ROUNDS` times (Knuth's "quick and dirty" generator)."""
    for _ in range(ROUNDS):
        x = x * FACTOR + TERM
    return x


def reference(start: torch.Tensor) -> torch.Tensor:
    """The same in Python's whole numbers, wrapped into 32 bits."""
    values = []
    for first in start.tolist():
        value = first
        for _ in range(ROUNDS):
            value = (value * FACTOR + TERM) % 2**32
        values.append(value - 2**32 if value >= 2**31 else value)
    return torch.tensor(values, dtype=torch.int32)
