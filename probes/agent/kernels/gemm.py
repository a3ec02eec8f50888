"""One matrix product C = A B: operands, the call, its work, its check, its time.

A has shape (m, k); B is (n, k) transposed, the layout of a linear layer's weight; C has (m, n).
"""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import attrs
import torch

from probes.agent.device import Device
from probes.agent.kernels.freivalds import check_product
from probes.agent.statistics import is_contended
from probes.agent.timing import Policy, Timed, measure
from probes.protocol import Correctness, Formula

COLD_FACTOR = 4
MOST_SETS = 4096
Operands = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


@attrs.frozen(kw_only=True)
class Shape:
    """The sizes of C (m, n) = A (m, k) B (k, n)."""

    m: int
    n: int
    k: int

    @property
    def flops(self) -> float:
        """2mnk: one multiply and one add per term."""
        return 2.0 * self.m * self.n * self.k

    @property
    def label(self) -> str:
        return f"m{self.m}.n{self.n}.k{self.k}"


@attrs.frozen(kw_only=True)
class Format:
    """Element types of a GEMM format: inputs, output, and the type random inputs are drawn in."""

    name: str
    input: torch.dtype
    output: torch.dtype
    draw: torch.dtype

    def input_bytes(self, shape: Shape) -> int:
        """Input bytes, s (MK + KN)."""
        return self.input.itemsize * shape.k * (shape.m + shape.n)

    def bytes_moved(self, shape: Shape) -> float:
        """Bytes s (MK + KN) + s_o MN: each operand crosses the memory bus once."""
        return float(self.input_bytes(shape) + self.output.itemsize * shape.m * shape.n)


def gemm_format(name: str, backend: str) -> Format:
    """The element types of a format; MI300 speaks the fnuz variant of fp8."""
    fp8 = torch.float8_e4m3fn
    if backend == "rocm" and "gfx94" in torch.cuda.get_device_properties(0).gcnArchName:
        fp8 = torch.float8_e4m3fnuz
    kinds = {
        "fp64": (torch.float64, torch.float64, torch.float64),
        "fp32": (torch.float32, torch.float32, torch.float32),
        "tf32": (torch.float32, torch.float32, torch.float32),
        "fp16": (torch.float16, torch.float16, torch.float16),
        "bf16": (torch.bfloat16, torch.bfloat16, torch.bfloat16),
        "fp8": (fp8, torch.bfloat16, torch.bfloat16),
        "int8": (torch.int8, torch.int32, torch.int8),
    }
    source, output, draw = kinds[name]
    return Format(name=name, input=source, output=output, draw=draw)


def set_fp32_precision(fmt: str) -> None:
    """Make fp32 products exact (ieee), or tf32 where that is what is measured."""
    wanted = "tf32" if fmt == "tf32" else "ieee"
    backends: Any = torch.backends
    if hasattr(backends.cuda.matmul, "fp32_precision"):
        backends.cuda.matmul.fp32_precision = wanted
        backends.cudnn.conv.fp32_precision = wanted
    else:
        backends.cuda.matmul.allow_tf32 = wanted == "tf32"


class Pool:
    """Seeded random elements, drawn once on the device and cut into operands of any shape.

    Random normal data, never zeros: constant bits switch fewer transistors, draw less power and
    let clocks rise above what real work gets.
    """

    def __init__(
        self,
        device: Device,
        fmt: Format,
        shapes: Sequence[Shape],
        seed: int,
        *,
        cold: bool = False,
    ) -> None:
        self.fmt, self.device = fmt, device
        spare = COLD_FACTOR * device.cache_bytes() if cold else 0
        largest = max(fmt.input_bytes(shape) for shape in shapes)
        count = (spare + largest) // fmt.input.itemsize
        self.elements = _draw(device, fmt, count, seed)
        self.outputs = torch.empty(
            max(shape.m * shape.n for shape in shapes), dtype=fmt.output, device=device.torch_device
        )

    def operands(self, shape: Shape, *, cold: bool) -> list[Operands]:
        """Input sets that share no element; cold ones together exceed four times the cache."""
        size = self.fmt.input_bytes(shape)
        enough = math.ceil(COLD_FACTOR * self.device.cache_bytes() / size) if cold else 1
        fitting = self.elements.numel() * self.fmt.input.itemsize // size
        return [self._cut(shape, i) for i in range(max(1, min(enough, fitting, MOST_SETS)))]

    def _cut(self, shape: Shape, index: int) -> Operands:
        start = index * shape.k * (shape.m + shape.n)
        middle, end = start + shape.m * shape.k, start + shape.k * (shape.m + shape.n)
        a = self.elements[start:middle].view(shape.m, shape.k)
        b = self.elements[middle:end].view(shape.n, shape.k).t()
        return a, b, self.outputs[: shape.m * shape.n].view(shape.m, shape.n)


def _draw(device: Device, fmt: Format, count: int, seed: int) -> torch.Tensor:
    """Random elements of shape (count,): normal, or uniform whole numbers for int8."""
    generator, where = device.generator(seed), device.torch_device
    if fmt.name == "int8":
        return torch.randint(
            -127, 128, (count,), dtype=fmt.input, device=where, generator=generator
        )
    drawn = torch.randn(count, dtype=fmt.draw, device=where, generator=generator)
    return drawn.to(fmt.input)


def product(fmt: Format, device: Device) -> Callable[[Operands], torch.Tensor]:
    """The call that computes one product of `fmt` on `device`."""
    if fmt.name == "fp8":
        one = torch.ones((), device=device.torch_device)
        return lambda o: torch._scaled_mm(  # noqa: SLF001 - torch's only fp8 product
            o[0], o[1], scale_a=one, scale_b=one, out_dtype=fmt.output
        )
    if fmt.name == "int8":
        return lambda o: torch._int_mm(o[0], o[1], out=o[2])  # noqa: SLF001 - the only int8 product
    return lambda o: torch.mm(o[0], o[1], out=o[2])


@attrs.frozen(kw_only=True)
class TimedProduct:
    """One shape's time with its work, check and flags."""

    shape: Shape
    timed: Timed
    formula: Formula
    correctness: Correctness
    flags: tuple[str, ...]


def time_product(
    device: Device, pool: Pool, shape: Shape, policy: Policy, *, cold: bool, seed: int
) -> TimedProduct:
    """Check and time one shape; seconds per product."""
    fmt = pool.fmt
    multiply, sets = product(fmt, device), pool.operands(shape, cold=cold)
    correctness, repeats = verify(multiply, sets[0], fmt, seed)
    rotation = itertools.cycle(sets)
    timed = measure(device, lambda: multiply(next(rotation)), policy)
    flags = ["contended"] if is_contended(timed.samples, on_cpu=device.on_cpu) else []
    if not repeats:
        flags.append("not_repeatable")
    return TimedProduct(
        shape=shape,
        timed=timed,
        formula=Formula(flops=shape.flops, bytes=fmt.bytes_moved(shape)),
        correctness=correctness,
        flags=tuple(flags),
    )


def verify(
    multiply: Callable[[Operands], torch.Tensor], operands: Operands, fmt: Format, seed: int
) -> tuple[Correctness, bool]:
    """The Freivalds check of one product, and whether a second one gives the same bits."""
    first = multiply(operands).clone()
    correctness = check_product(operands[0], operands[1], first, fmt.name, seed)
    return correctness, bool(torch.equal(first, multiply(operands)))
