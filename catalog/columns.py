"""Which columns each list shows."""

from catalog.models import Offer
from catalog.names import family_name
from catalog.tables import Column, figure, related, text

FRESHNESS_BADGES = {
    "fresh": "badge-ok",
    "stale": "badge-warn",
    "historical": "badge-warn",
    "unknown": "badge-warn",
}
FRESHNESS_MARKS = {"fresh": "✓ {}", "stale": "! {} stale", "historical": "! {} historical"}

SOURCE = Column(
    label="Source",
    value=lambda row: row.source and row.source.title.partition(",")[0],
    link=lambda row: row.source.get_absolute_url() if row.source else "",
)
"""Where a row comes from; what stands after the comma of a title says which part of it."""

ACCELERATORS = [
    text("Accelerator", "name", order="name", link=True),
    related("Maker", "vendor", order="vendor"),
    Column(label="Family", value=lambda row: family_name(row.family), order="family"),
    text("Form", "form_factor", order="form_factor"),
    figure("Memory", "memory_label_gb", "GiB"),
    figure("Allocatable", "capacity_gb", "GB"),
    figure("Bandwidth", "memory_bandwidth_gb_s", "GB/s"),
    figure("BF16 dense", "bf16_tflops", "TFLOPS"),
    figure("FP8 dense", "fp8_tflops", "TFLOPS"),
    figure("Power", "tdp_w", "W"),
    text("Link", "get_link_kind_display"),
    text("Released", "released_on", order="released_on"),
]

SERVERS = [
    text("Server", "model", order="model", link=True),
    related("Maker", "vendor", order="vendor"),
    text("Kind", "get_kind_display", order="kind"),
    related("Accelerator", "accelerator", order="accelerator"),
    figure("Count", "accelerator_count"),
    figure("Height", "rack_units", "U"),
    figure("Max. power", "max_power_w", "W"),
    figure("Host memory", "ram_gb", "GB"),
    text("Cooling", "cooling", order="cooling"),
    text("Described", "observed_on", order="observed_on"),
    SOURCE,
]

INSTANCES = [
    text("Instance type", "name", order="name", link=True),
    related("Provider", "provider", order="provider"),
    related("Accelerator", "accelerator", order="accelerator"),
    figure("Count", "accelerator_count"),
    figure("vCPUs", "vcpus"),
    figure("Host memory", "ram_gb", "GB"),
    figure("Network", "network_gbit_s", "Gbit/s"),
    figure("Fabric", "fabric_gbit_s", "Gbit/s"),
    text("Described", "observed_on", order="observed_on"),
    text("Licence", "licence"),
    SOURCE,
]


def _seen(offer: Offer) -> str:
    if offer.observed_on is None:
        return "? date unknown"
    return FRESHNESS_MARKS[offer.freshness].format(offer.observed_on)


def _per_accelerator_and_hour(offer: Offer) -> str:
    return f"{offer.amount_per_accelerator:,.2f} {offer.currency}"


def _amount(offer: Offer) -> str:
    return f"{offer.amount:,.2f} {offer.currency} {offer.get_unit_display()}"


OFFERS = [
    Column(
        label="System", value=lambda row: row.target_name, link=lambda row: row.get_absolute_url()
    ),
    related("Provider", "provider", order="provider"),
    related("Accelerator", "accelerator", order="accelerator"),
    figure("Count", "accelerator_count"),
    text("Pricing", "get_pricing_display", order="pricing"),
    Column(
        label="Price per accelerator",
        unit="hour or each",
        order="amount_per_accelerator",
        numeric=True,
        value=_per_accelerator_and_hour,
    ),
    Column(label="Price", unit="as listed", order="amount", numeric=True, value=_amount),
    text("Region", "region", order="region"),
    Column(
        label="Seen",
        order="observed_on",
        value=_seen,
        badge=lambda row: FRESHNESS_BADGES[row.freshness],
    ),
    SOURCE,
]

VENDORS = [
    text("Name", "name", order="name", link=True),
    text("Kind", "get_kind_display", order="kind"),
    figure("Systems", "system_count"),
    figure("Offers", "offer_count"),
]

SOURCES = [
    text("Source", "title", order="title", link=True),
    text("Kind", "get_kind_display", order="kind"),
    text("Read on", "read_on", order="read_on"),
    text("Licence", "licence", order="licence"),
    Column(label="Claims", numeric=True, value=lambda row: row.claim_count),
    Column(label="Offers", numeric=True, value=lambda row: row.offer_count),
]
