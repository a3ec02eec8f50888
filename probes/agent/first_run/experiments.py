"""Experiments that settle constants of the method; each prints plain figures as JSON.

Run in a process of their own, `python -m probes.agent.first_run.experiments NAME BACKEND FORMAT`,
because they import torch. They are not probes: nothing judges a device by them.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import torch

from probes.agent import cpu
from probes.agent.device import Device
from probes.agent.kernels.freivalds import residual
from probes.agent.kernels.gemm import (
    Operands,
    Pool,
    Shape,
    gemm_format,
    product,
    set_fp32_precision,
)
from probes.agent.timing import Policy, measure

SEED = 1
#: Rows at which cuBLASLt's int8 product changes its kernel or refuses (more than 16 are needed).
INT8_ROWS = (1, 8, 16, 17, 32, 64, 128)
POLICY = Policy(max_s=1.5)

Figures = dict[str, Any]


def data(device: Device, fmt_name: str, side: int) -> Figures:
    """FLOP/s of one product on random normal numbers, on zeros, on ones: what idle bits are worth.

    Kernels take the same path whatever the data; differences come from power and clocks.
    """
    fmt = gemm_format(fmt_name, device.backend)
    set_fp32_precision(fmt_name)
    shape = Shape(m=side, n=side, k=side)
    pool = Pool(device, fmt, [shape], SEED)
    operands, multiply = pool.operands(shape, cold=False)[0], product(fmt, device)
    rates: Figures = {"format": fmt_name, "side": side, "unit": "FLOP/s"}
    for name, fill in (("normal", None), ("zeros", 0.0), ("ones", 1.0)):
        if fill is not None:
            for operand in operands[:2]:
                operand.copy_(torch.full_like(operand, fill, dtype=fmt.draw))
        rates[name] = shape.flops / _seconds(device, multiply, operands)
    return rates


def int8_rows(device: Device, _fmt_name: str, side: int) -> Figures:
    """Seconds per int8 product by number of rows, or why torch refuses that number."""
    return {"unit": "s", "n": side, "k": side, "rows": dict(_int8_rows(device, side))}


def _int8_rows(device: Device, side: int) -> Iterator[tuple[str, float | str]]:
    fmt = gemm_format("int8", device.backend)
    for rows in INT8_ROWS:
        shape = Shape(m=rows, n=side, k=side)
        operands = Pool(device, fmt, [shape], SEED).operands(shape, cold=False)[0]
        try:
            yield str(rows), _seconds(device, product(fmt, device), operands)
        except RuntimeError as error:
            yield str(rows), str(error).splitlines()[0][:200]


def fp8_accumulation(device: Device, _fmt_name: str, side: int) -> Figures:
    """Residual of an fp8 product with fast accumulation and without."""
    fmt = gemm_format("fp8", device.backend)
    shape = Shape(m=side, n=side, k=side)
    a, b, _ = Pool(device, fmt, [shape], SEED).operands(shape, cold=False)[0]
    one = torch.ones((), device=device.torch_device)
    found: Figures = {"side": side, "metric": "freivalds_row"}
    for name, fast in (("exact", False), ("fast", True)):
        c = torch._scaled_mm(  # noqa: SLF001 - torch's only fp8 product
            a, b, scale_a=one, scale_b=one, out_dtype=fmt.output, use_fast_accum=fast
        )
        found[name] = residual(a.to(fmt.output), b.to(fmt.output), c, SEED)
    return found


def compile_time(device: Device, fmt_name: str, side: int) -> Figures:
    """Seconds of the first and second call of a small compiled network."""
    dtype = gemm_format(fmt_name, device.backend).draw
    layer = torch.nn.Sequential(torch.nn.Linear(side, side), torch.nn.GELU())
    layer = layer.to(device=device.torch_device, dtype=dtype)
    rows = torch.randn(32, side, device=device.torch_device, dtype=dtype)
    compiled = torch.compile(layer)
    return {
        "unit": "s",
        "first": _once(device, compiled, rows),
        "then": _once(device, compiled, rows),
    }


EXPERIMENTS: dict[str, Callable[[Device, str, int], Figures]] = {
    "data": data,
    "int8-rows": int8_rows,
    "fp8-accumulation": fp8_accumulation,
    "compile": compile_time,
}


def _seconds(device: Device, multiply: Callable[[Operands], Any], operands: Operands) -> float:
    return measure(device, lambda: multiply(operands), POLICY).samples.median


def _once(device: Device, call: Callable[[torch.Tensor], Any], rows: torch.Tensor) -> float:
    start = time.perf_counter()
    with torch.no_grad():
        call(rows)
    device.synchronize()
    return time.perf_counter() - start


def main(name: str, backend: str, fmt_name: str, side: str) -> None:
    """Run one experiment; what the device cannot do is an answer too."""
    device = Device(backend, threads=cpu.threads())
    try:
        figures = EXPERIMENTS[name](device, fmt_name, int(side))
    except Exception as error:  # noqa: BLE001 - torch says in many types what a device lacks
        figures = {"error": f"{type(error).__name__}: {str(error)[:300]}"}
    answer = {"experiment": name, "torch": torch.__version__, **figures}
    sys.stdout.write(json.dumps(answer, indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
