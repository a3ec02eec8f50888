"""Hardware as the engine sees it: datasheet facts in SI units, nothing measured.

An `Accelerator` is one variant (form factor and memory are part of its identity), a `Deployment`
is how many of them stand where, a `System` is something that can be bought or rented.
"""

from collections.abc import Mapping
from types import MappingProxyType

from attrs import field, frozen

LINK_KINDS = ("nvswitch", "nvlink-bridge", "nvlink-mesh", "xgmi", "pcie", "none")


def _read_only(values: Mapping[str, float]) -> Mapping[str, float]:
    return MappingProxyType(dict(values))


@frozen(kw_only=True)
class Accelerator:
    """Datasheet facts of one accelerator variant; an unknown figure is None, never 0.

    Attributes:
        slug: identity in the catalog.
        family: architecture family that carries calibration over ("hopper", "cdna3", "cpu").
        capacity_bytes: what a program can allocate (driver figure), not the label.
        memory_bytes_per_s: datasheet bandwidth of device memory.
        peak_flops: dense peak by number format ("fp64", "fp32", "tf32", "bf16", "fp16", "fp8",
            "fp4", "int8"), matrix units where they exist. A missing key means: not supported.
        link: usual link between accelerators of one node, one of `LINK_KINDS`.
        link_bytes_per_s: per accelerator and direction.
        pcie_bytes_per_s: host link, per direction.
        per_node: accelerators that usually share one node.
        consumer: GeForce-class card (driver and peer-to-peer limits).
    """

    slug: str
    name: str
    vendor: str
    family: str
    form_factor: str = ""
    capacity_bytes: float
    memory_bytes_per_s: float
    peak_flops: Mapping[str, float] = field(converter=_read_only)
    link: str = "none"
    link_bytes_per_s: float | None = None
    pcie_bytes_per_s: float | None = None
    per_node: int = 8
    multiprocessors: int | None = None
    l2_bytes: float | None = None
    boost_hz: float | None = None
    tdp_w: float | None = None
    compute_capability: str = ""
    consumer: bool = False


@frozen(kw_only=True)
class Deployment:
    """`count` accelerators in nodes of `per_node`.

    Attributes:
        interconnect: link inside a node, one of `LINK_KINDS`.
        node_bytes_per_s: network between nodes, per accelerator and direction.
    """

    accelerator: Accelerator
    count: int
    per_node: int
    interconnect: str
    node_bytes_per_s: float

    @property
    def nodes(self) -> int:
        """Nodes needed for all accelerators."""
        return -(-self.count // self.per_node)


@frozen(kw_only=True)
class Price:
    """One price of one system, as observed.

    Attributes:
        amount_per_h: for the whole system and hour; None for a purchase price.
        purchase_amount: for the whole system; None for a rent.
        currency: ISO 4217 code.
        offer: identity of the offer in the catalog.
        observed_on: ISO date, empty when the source gives none.
        terms: "on-demand", "spot", "reserved" or "buy", empty when not said.
        includes_host: False when processors and memory are billed apart, None when not said.
    """

    amount_per_h: float | None = None
    purchase_amount: float | None = None
    currency: str
    offer: str
    observed_on: str = ""
    provider: str = ""
    region: str = ""
    terms: str = ""
    includes_host: bool | None = None


@frozen(kw_only=True)
class System:
    """Something that can be bought or rented: a server, an instance or a bare accelerator.

    Attributes:
        kind: "server", "instance" or "accelerator".
        count: accelerators in one such system.
        prices: current offers that resolve to it, best first.
        power_w: of the whole system, where its maker states it.
    """

    kind: str
    slug: str
    name: str
    url: str
    accelerator: Accelerator
    count: int
    interconnect: str
    node_bytes_per_s: float | None = None
    power_w: float | None = None
    rack_units: float | None = None
    prices: tuple[Price, ...] = ()
