"""One rank of a collective: `python -m probes.agent.kernels.collective_rank REQUEST`.

Writes its median seconds and wrong elements per size to a file of its own. Every rank contributes
its number plus 1, so that the right result is known exactly.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
from torch import distributed

from probes.agent.device import TORCH_TYPES
from probes.agent.kernels.collectives import RANK_DEADLINE_S, TIMED, WARM

Exchange = Callable[[], object]


def main(request: dict[str, Any]) -> None:
    """Take part in every size of the request."""
    rank, ranks, folder = request["rank"], request["ranks"], Path(request["folder"])
    device = _device(request)
    distributed.init_process_group(
        request["backend"],
        init_method=f"file://{folder / 'meeting'}",
        rank=rank,
        world_size=ranks,
        timeout=timedelta(seconds=RANK_DEADLINE_S),
    )
    medians, wrong = [], []
    for size in request["sizes"]:
        seconds, errors = _one(request["operation"], rank, ranks, size, device)
        medians.append(seconds)
        wrong.append(errors)
    text = json.dumps({"median_s": medians, "wrong": wrong})
    (folder / f"rank-{rank}.json").write_text(text)
    distributed.destroy_process_group()


def _device(request: dict[str, Any]) -> torch.device:
    kind = TORCH_TYPES[request["device"]]
    if kind == "cpu":
        torch.set_num_threads(1)
        return torch.device("cpu")
    getattr(torch, kind).set_device(request["rank"])
    return torch.device(kind, request["rank"])


def _one(
    operation: str, rank: int, ranks: int, size: int, device: torch.device
) -> tuple[float, int]:
    """Median seconds of one exchange of `size` bytes, and elements that came out wrong."""
    count = max(size // torch.bfloat16.itemsize // ranks * ranks, ranks)
    exchange, result, wanted = _exchange(operation, rank, ranks, count, device)
    exchange()
    errors = int((result.cpu() != wanted.cpu()).sum())
    for _ in range(WARM):
        exchange()
    samples = [_seconds(exchange, device) for _ in range(TIMED)]
    return statistics.median(samples), errors


def _exchange(
    operation: str, rank: int, ranks: int, count: int, device: torch.device
) -> tuple[Exchange, torch.Tensor, torch.Tensor]:
    """The call, where its first result lies, and what that should be."""

    def full(value: float, elements: int) -> torch.Tensor:
        return torch.full((elements,), value, dtype=torch.bfloat16, device=device)

    total, part = ranks * (ranks + 1) / 2, count // ranks
    mine = full(rank + 1.0, count)
    if operation == "all_reduce":
        result = full(0.0, count)

        def reduce() -> None:
            result.copy_(mine)
            distributed.all_reduce(result)

        return reduce, result, full(total, count)
    if operation == "all_gather":
        result, small = full(0.0, count), full(rank + 1.0, part)
        parts = list(result.chunk(ranks))
        wanted = torch.cat([full(i + 1.0, part) for i in range(ranks)])
        return lambda: distributed.all_gather(parts, small), result, wanted
    result = full(0.0, part)
    pieces = list(mine.chunk(ranks))
    return lambda: _reduce_scatter(result, pieces), result, full(total, part)


def _reduce_scatter(result: torch.Tensor, pieces: list[torch.Tensor]) -> None:
    """Gloo knows it for flat tensors only in newer versions; the list form is everywhere."""
    distributed.reduce_scatter(result, pieces)


def _seconds(exchange: Exchange, device: torch.device) -> float:
    distributed.barrier()
    _synchronize(device)
    start = time.perf_counter()
    exchange()
    _synchronize(device)
    return time.perf_counter() - start


def _synchronize(device: torch.device) -> None:
    if device.type != "cpu":
        getattr(torch, device.type).synchronize()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
