"""Achievable rates: datasheet figures times calibrated efficiencies, one value per slot.

A *slot* is a quantity of `physics`, for one number format where that matters. `slots_for` says
which slots a system needs, on which datasheet figure each is based and which log-factors scale it;
`Rates` holds the values for many points at once.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import evolve, frozen

from sizing.engine.dtypes import bytes_per_element, matrix_format
from sizing.engine.families import calibration_family, vendor_group
from sizing.engine.hardware import Accelerator
from sizing.engine.operations import Array
from sizing.engine.physics import QUANTITIES, factor_names
from sizing.engine.shape_factors import ShapeFactors

Slot = tuple[str, str]

PCIE_4_BYTES_PER_S = 26e9
"""Usable PCIe 4.0 x16 bandwidth per direction, where a datasheet names no link."""
USUAL_MULTIPROCESSORS = 100.0
LIBRARY = "library"
"""Engine name of bare vendor libraries: what a GEMM probe or a GEMM workload runs."""


@frozen(kw_only=True)
class Setting:
    """What rates depend on beside the accelerator itself; hashable.

    Attributes:
        engine: runtime generation (`runtimes.Runtime.engine`).
        link: link inside a node, one of `hardware.LINK_KINDS`.
        node_bytes_per_s: network between nodes, per accelerator and direction.
        activations: storage format of activations.
        kv_cache: storage format of the cache.
        weights: storage formats of all matrices that occur.
    """

    engine: str
    link: str
    node_bytes_per_s: float
    activations: str
    kv_cache: str
    weights: tuple[str, ...]

    def of_library(self) -> "Setting":
        """The same formats run by the vendor's library instead of a serving runtime."""
        return evolve(self, engine=LIBRARY)


@frozen(kw_only=True)
class SlotBasis:
    """One slot: `base x exp(sum of the named log-factors)`."""

    base: float
    names: tuple[str, ...]


_COMPUTE = ("gemm_compute", "expert_compute", "attention_compute")
_MEMORY = ("gemm_memory", "expert_memory", "attention_memory", "elementwise_memory")


@frozen(eq=False, repr=False)
class PointShapes:
    """Tables of timed products and whose they are.

    Attributes:
        owners: index into `tables` for each point, -1 without one; shape (points,).
    """

    tables: tuple[ShapeFactors, ...]
    owners: npt.NDArray[np.intp]

    @classmethod
    def of_one(cls, table: "ShapeFactors | None") -> "PointShapes | None":
        """The table of the only point."""
        return None if table is None else cls((table,), np.zeros(1, dtype=np.intp))

    def take(self, index: npt.NDArray[np.intp]) -> "PointShapes":
        """The same for points picked by `index`."""
        return PointShapes(self.tables, self.owners[index])

    def factors(self, dtype: str, m: Array, n: Array, k: Array) -> Array:
        """Factors on the time of work of products, shape (points, ops)."""
        found = np.ones(m.shape)
        for index, table in enumerate(self.tables):
            mine = np.broadcast_to((self.owners == index)[:, None], m.shape)
            found = np.where(mine, table(dtype, m, n, k), found)
        return found


class Rates:
    """Values of slots, each an array of shape (points,).

    Attributes:
        shapes: what timed products of a device say, by the points it holds for: shape (points,),
            the index of a table or -1.
    """

    def __init__(self, values: Mapping[Slot, Array], shapes: "PointShapes | None" = None) -> None:
        self._values = values
        self.shapes = shapes

    def __call__(self, quantity: str, fmt: str = "") -> Array:
        """The value of a slot, shape (points,)."""
        return self._values[quantity, fmt]

    def has(self, quantity: str, fmt: str = "") -> bool:
        """Whether there is such a slot."""
        return (quantity, fmt) in self._values

    def take(self, index: npt.NDArray[np.intp]) -> "Rates":
        """The same rates for points picked by `index`."""
        shapes = None if self.shapes is None else self.shapes.take(index)
        return Rates({slot: value[index] for slot, value in self._values.items()}, shapes)

    def scaled(self, *, compute: npt.ArrayLike, memory: npt.ArrayLike) -> "Rates":
        """All compute rates and all memory rates times a factor, one or one per point."""
        speed, width = np.asarray(compute), np.asarray(memory)
        factors = dict.fromkeys(_COMPUTE, speed) | dict.fromkeys(_MEMORY, width)
        values = {
            slot: value * factors[slot[0]] if slot[0] in factors else value
            for slot, value in self._values.items()
        }
        return Rates(values, self.shapes)

    def with_shapes(self, shapes: "PointShapes | None") -> "Rates":
        """The same rates, and what timed products say beyond them."""
        return Rates(self._values, shapes)


def _math_class(math_format: str) -> str:
    return {"fp8": "8bit", "int8": "8bit", "fp4": "4bit", "fp32": "32bit", "tf32": "32bit"}.get(
        math_format, "16bit"
    )


def _weight_class(weights: str, math_format: str) -> str:
    """Weights that need dequantisation read differently from those the units take as they are."""
    bits = bytes_per_element(weights) * 8
    if bits >= 16:
        return ""
    native = {"fp8": ("fp8",), "int8": ("int8",), "mxfp8": ("fp8",), "nvfp4": ("fp4",)}
    if math_format in native.get(weights, ("fp4",) if weights == "mxfp4" else ()):
        return f"{round(bits)}bit"
    return "8bit-dequantised" if bits > 6.6 else "4bit-dequantised"


def link_bytes_per_s(accelerator: Accelerator, link: str) -> float:
    """Datasheet bandwidth of a link, per accelerator and direction."""
    pcie = accelerator.pcie_bytes_per_s or PCIE_4_BYTES_PER_S
    if link in ("pcie", "none") or link != accelerator.link:
        return pcie if link in ("pcie", "none") else accelerator.link_bytes_per_s or pcie
    return accelerator.link_bytes_per_s or pcie


def slots_for(accelerator: Accelerator, setting: Setting) -> dict[Slot, SlotBasis]:
    """Every slot that pricing asks for, with its datasheet basis and its log-factors."""
    traits = {
        "family": calibration_family(accelerator),
        "vendor": vendor_group(accelerator),
        "variant": accelerator.slug,
        "engine": setting.engine,
        "kv": "8bit" if bytes_per_element(setting.kv_cache) < 1.5 else "",
    }
    slots: dict[Slot, SlotBasis] = {}
    for weights in setting.weights:
        slots |= _matrix_slots(accelerator, weights, setting.activations, traits)
    slots |= _plain_slots(accelerator, traits)
    slots |= _link_slots("", setting.link, link_bytes_per_s(accelerator, setting.link), traits)
    slots |= _link_slots("network", "network", setting.node_bytes_per_s, traits)
    return slots


def _slot(quantity: str, scale: float, traits: Mapping[str, str]) -> SlotBasis:
    start = QUANTITIES[quantity].start
    return SlotBasis(base=scale * start, names=_names(quantity, tuple(traits.items())))


@lru_cache(maxsize=65536)
def _names(quantity: str, traits: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(factor_names(quantity, dict(traits)))


def _matrix_slots(
    accelerator: Accelerator, weights: str, activations: str, traits: Mapping[str, str]
) -> dict[Slot, SlotBasis]:
    peaks = accelerator.peak_flops
    quantised = bytes_per_element(weights) < 2.0
    matrix = matrix_format(weights, activations if quantised else weights, peaks)
    peak = peaks.get(matrix.math) or max(peaks.values())
    bandwidth = accelerator.memory_bytes_per_s
    here = {
        **traits,
        "math": _math_class(matrix.math),
        "weights": _weight_class(weights, matrix.math),
    }
    return {
        ("gemm_compute", weights): _slot("gemm_compute", peak, here),
        ("gemm_memory", weights): _slot("gemm_memory", bandwidth, here),
        ("expert_compute", weights): _slot("expert_compute", peak, here),
        ("expert_memory", weights): _slot("expert_memory", bandwidth, here),
    }


def _plain_slots(accelerator: Accelerator, traits: Mapping[str, str]) -> dict[Slot, SlotBasis]:
    peaks = accelerator.peak_flops
    wide = peaks.get("bf16") or peaks.get("fp16") or peaks.get("fp32") or max(peaks.values())
    bandwidth = accelerator.memory_bytes_per_s
    blocks = accelerator.multiprocessors or USUAL_MULTIPROCESSORS
    scales = {
        "attention_compute": wide,
        "attention_memory": bandwidth,
        "elementwise_memory": bandwidth,
        "launch_s": 1.0,
        "host_step_s": 1.0,
        "host_sequence_s": 1.0,
        "host_request_s": 1.0,
        "attention_half_blocks": blocks,
        "expert_imbalance": 1.0,
        "ridge": 1.0,
    }
    return {(name, ""): _slot(name, scale, traits) for name, scale in scales.items()}


def _link_slots(
    where: str, link: str, bandwidth: float, traits: Mapping[str, str]
) -> dict[Slot, SlotBasis]:
    here = {**traits, "link": link}
    return {
        ("link_start_s", where): _slot("link_start_s", 1.0, here),
        ("link_hop_s", where): _slot("link_hop_s", 1.0, here),
        ("link_bandwidth", where): _slot("link_bandwidth", bandwidth, here),
    }


class _Same:
    """Compares by identity: values are frozen, and comparing them field by field is slow."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value


@lru_cache(maxsize=8192)
def _values(
    accelerator: _Same, setting: Setting, factors: _Same
) -> tuple[tuple[Slot, ...], tuple[float, ...]]:
    logs: Mapping[str, float] = factors.value
    slots = slots_for(accelerator.value, setting)
    values = (
        basis.base * math.exp(sum(logs.get(name, 0.0) for name in basis.names))
        for basis in slots.values()
    )
    return tuple(slots), tuple(values)


def rates_of(
    accelerators: Sequence[Accelerator], settings: Sequence[Setting], factors: Mapping[str, float]
) -> Rates:
    """Rates of one point per accelerator, in its setting.

    Args:
        settings: one per accelerator, all with the same formats.
        factors: log-factor by name; absent names count as 0. Not to be changed afterwards.
    """
    same = _Same(factors)
    points = [
        _values(_Same(accelerator), setting, same)
        for accelerator, setting in zip(accelerators, settings, strict=True)
    ]
    columns = np.array([values for _, values in points]).T.copy()
    return Rates(dict(zip(points[0][0], columns, strict=True)))
