"""Catalog rows to engine values: the only module that knows both."""

import datetime as dt
from typing import Any

from catalog.models import Accelerator as AcceleratorRow
from catalog.models import LanguageModel
from catalog.systems import PriceRow, SystemRow
from sizing.engine.errors import InputError
from sizing.engine.hardware import Accelerator, Price, System

GIGA = 1e9
TERA = 1e12
BITS_PER_BYTE = 8

PCIE_LANE_BYTES_PER_S = {1: 0.25e9, 2: 0.5e9, 3: 0.985e9, 4: 1.969e9, 5: 3.938e9, 6: 7.563e9}
"""Payload rate of one lane after line coding (PCI-SIG base specifications)."""

FAST_FABRIC_GBIT_S = 400.0
USUAL_FABRIC_GBIT_S = 200.0
FAST_FABRIC_SINCE = dt.date(2022, 3, 22)
"""Announcement of Hopper; parts from then on ship with 400 Gbit/s per accelerator."""

FAST_FABRIC_FAMILIES = ("hopper", "blackwell", "rubin")


def accelerator_value(row: AcceleratorRow) -> Accelerator:
    """The engine's view of one variant.

    Raises:
        InputError: the catalog lacks a figure without which nothing can be sized.
    """
    return Accelerator(
        slug=row.slug,
        name=row.name,
        vendor=row.vendor.slug,
        family=row.family,
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


def _needed(row: AcceleratorRow, column: str) -> float:
    value = getattr(row, column)
    if value is None:
        name = row._meta.get_field(column).verbose_name  # noqa: SLF001 - Django's public-by-use API
        raise InputError.of(
            "hardware.accelerator",
            "incomplete",
            f"The catalog does not know the {name} of {row.slug}; add it there to size on it.",
        )
    return float(value)


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _peaks(row: AcceleratorRow) -> dict[str, float]:
    peaks = {name: tflops * TERA for name, tflops in row.peak_tflops.items()}
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
    lane = PCIE_LANE_BYTES_PER_S.get(row.pcie_generation or 0)
    return None if lane is None or row.pcie_lanes is None else lane * row.pcie_lanes


def usual_fabric_bytes_per_s(row: AcceleratorRow) -> float:
    """Network between nodes per accelerator and direction, where nobody says otherwise."""
    recent = row.released_on is not None and row.released_on >= FAST_FABRIC_SINCE
    fast = row.family.startswith(FAST_FABRIC_FAMILIES) or (recent and not row.consumer)
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
