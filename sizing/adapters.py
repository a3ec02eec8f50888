"""Catalog rows to engine values: the only module that knows both."""

from typing import Any

from catalog.models import Accelerator as AcceleratorRow
from catalog.models import LanguageModel
from catalog.systems import PriceRow, SystemRow
from sizing.engine.errors import InputError
from sizing.engine.hardware import Accelerator, Price, System

GIGA = 1e9
TERA = 1e12
BITS_PER_BYTE = 8

PCIE_X16_BYTES_PER_S = {3: 12e9, 4: 25e9, 5: 50e9}
"""What a copy reaches through 16 lanes of each generation: the line rate less protocol overhead."""

USUAL_LANES = 16
"""Lanes of a data-centre or graphics card, where the catalog does not say."""

OWN_FAMILIES = {"cpu": "cpu", "apple-m": "apple"}
"""Families whose rows name no architecture."""

FAST_FABRIC_GBIT_S = 400.0
USUAL_FABRIC_GBIT_S = 200.0
FAST_FABRIC_ARCHITECTURES = ("hopper", "blackwell", "rubin", "cdna-3", "cdna-4", "gaudi3")
"""Hopper and what came beside and after it ships with 400 Gbit/s per accelerator."""


def accelerator_value(row: AcceleratorRow) -> Accelerator:
    """The engine's view of one variant.

    Raises:
        InputError: the catalog lacks a figure without which nothing can be sized.
    """
    return Accelerator(
        slug=row.slug,
        name=row.name,
        vendor=row.vendor.slug,
        family=architecture(row),
        form_factor=row.form_factor,
        capacity_bytes=_needed(row, "capacity_gb") * GIGA,
        memory_bytes_per_s=_needed(row, "memory_bandwidth_gb_s") * GIGA,
        peak_flops=_peaks(row),
        link=row.link_kind,
        link_bytes_per_s=_scaled(row.link_bidirectional_gb_s, GIGA / 2),
        pcie_bytes_per_s=_pcie_bytes_per_s(row),
        per_node=row.per_node,
        multiprocessors=row.multiprocessors,
        l2_bytes=_scaled(row.l2_mb, 1e6),
        boost_hz=_scaled(row.boost_mhz, 1e6),
        tdp_w=row.tdp_w,
        compute_capability=row.compute_capability,
        consumer=row.consumer,
    )


def is_sizable(row: AcceleratorRow) -> bool:
    """Whether the catalog knows enough of this variant to size anything on it."""
    return bool(row.capacity_gb and row.memory_bandwidth_gb_s and row.peak_tflops)


def architecture(row: AcceleratorRow) -> str:
    """The name by which calibrations group chips: "ada-lovelace", "cdna-3", "blackwell-2", "cpu".

    The catalog's own `family` tells consumer from data-centre chips; the engine does that itself,
    by memory bandwidth.
    """
    if row.family in OWN_FAMILIES:
        return OWN_FAMILIES[row.family]
    words = row.architecture.lower().removesuffix(".0").split()
    return "-".join(words) or "unknown"


def _needed(row: AcceleratorRow, column: str) -> float:
    value = getattr(row, column)
    if value is None:
        raise InputError.of(
            "hardware.accelerator",
            "incomplete",
            f"The catalog does not know {column} of {row.slug}; add it there to size on it.",
        )
    return float(value)


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _peaks(row: AcceleratorRow) -> dict[str, float]:
    peaks = {name: tflops * TERA for name, tflops in row.peak_tflops.items()}
    if row.family == "apple-m" and "fp32" in peaks:
        # Apple's GPUs multiply 16-bit numbers at the rate of 32-bit ones.
        peaks.setdefault("fp16", peaks["fp32"])
    matrix = peaks.pop("fp64_matrix", None)
    if matrix is not None:
        peaks["fp64"] = max(matrix, peaks.get("fp64", 0.0))
    if not peaks:
        raise InputError.of(
            "hardware.accelerator",
            "incomplete",
            f"The catalog knows no peak of {row.slug}; add one there to size on it.",
        )
    return peaks


def _pcie_bytes_per_s(row: AcceleratorRow) -> float | None:
    full = PCIE_X16_BYTES_PER_S.get(row.pcie_generation or 0)
    return None if full is None else full * (row.pcie_lanes or USUAL_LANES) / USUAL_LANES


def usual_fabric_bytes_per_s(row: AcceleratorRow) -> float:
    """Network between nodes per accelerator and direction, where nobody says otherwise."""
    fast = architecture(row).startswith(FAST_FABRIC_ARCHITECTURES)
    return gbit_s_to_bytes_per_s(FAST_FABRIC_GBIT_S if fast else USUAL_FABRIC_GBIT_S)


def gbit_s_to_bytes_per_s(gbit_s: float) -> float:
    """Line rate to bytes per second."""
    return gbit_s * GIGA / BITS_PER_BYTE


def system_value(row: SystemRow, accelerator: Accelerator) -> System:
    """The engine's view of something that can be bought or rented."""
    network = row.node_network_gbit_s
    return System(
        kind=row.kind,
        slug=row.slug,
        name=row.name,
        url=row.url,
        accelerator=accelerator,
        count=row.count,
        interconnect=row.interconnect,
        node_bytes_per_s=(
            usual_fabric_bytes_per_s(row.accelerator)
            if network is None
            else gbit_s_to_bytes_per_s(network / row.count)
        ),
        power_w=row.power_w,
        rack_units=row.rack_units,
        prices=tuple(price_value(price) for price in (*row.rent, *row.buy)),
    )


def price_value(row: PriceRow) -> Price:
    """The engine's view of one price; money becomes a float only here."""
    amount = float(row.amount)
    bought = row.pricing == "buy"
    return Price(
        amount_per_h=None if bought else amount,
        purchase_amount=amount if bought else None,
        currency=row.currency,
        offer=row.offer,
        observed_on=row.observed_on.isoformat() if row.observed_on else "",
        provider=row.provider,
        region=row.region,
        terms=row.pricing,
        includes_host=row.includes_host,
    )


def language_model_value(row: LanguageModel) -> dict[str, Any]:
    """The engine's view of one model of the library."""
    return {
        "slug": row.slug,
        "name": row.name,
        "config": row.config,
        "mlp_matrices": row.mlp_matrices,
    }
