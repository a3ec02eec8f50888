"""Which columns each list shows."""

from catalog.listing.tables import Column, figure, related, text
from catalog.models import Offer
from catalog.names import family_name

FRESHNESS_BADGES = {
    "fresh": "badge-ok",
    "stale": "badge-warn",
    "historical": "badge-warn",
    "unknown": "badge-warn",
}
FRESHNESS_MARKS = {"fresh": "✓ {}", "stale": "! {} stale", "historical": "! {} historical"}

VERDICT_BADGES = {
    "verified": "badge-ok",
    "measured": "badge-info",
    "degraded": "badge-warn",
    "stale": "badge-warn",
    "failed": "badge-bad",
}
VERDICT_MARKS = {
    "verified": "✓ verified",
    "measured": "• measured",
    "degraded": "! degraded",
    "stale": "! stale",
    "failed": "✕ failed",
}

SOURCE = Column(
    name="source",
    label="Source",
    value=lambda row: row.source and row.source.title.partition(",")[0],
    link=lambda row: row.source.get_absolute_url() if row.source else "",
    shared="source_id",
)
"""Where a row comes from; what stands after the comma of a title says which part of it."""

ACCELERATORS = [
    text("Accelerator", "name", order="name", link=True),
    related("Maker", "vendor", order="vendor"),
    Column(
        name="family",
        label="Family",
        value=lambda row: family_name(row.family),
        order="family",
        shared="family",
    ),
    text("Form", "form_factor", order="form_factor"),
    figure("Memory", "memory_label_gb", "GiB"),
    figure("Allocatable", "capacity_gb", "GB"),
    figure("Bandwidth", "memory_bandwidth_gb_s", "GB/s"),
    figure("BF16 dense", "bf16_tflops", "TFLOPS"),
    figure("FP8 dense", "fp8_tflops", "TFLOPS"),
    figure("Power", "tdp_w", "W"),
    text("Link", "get_link_kind_display"),
    text("Released", "released_on", order="released_on"),
    text("Architecture", "architecture", usual=False),
    text("Memory type", "memory_type", usual=False),
    figure("FP64", "fp64_tflops", "TFLOPS", usual=False),
    figure("FP32", "fp32_tflops", "TFLOPS", usual=False),
    figure("FP16 dense", "fp16_tflops", "TFLOPS", usual=False),
    figure("FP4 dense", "fp4_tflops", "TFLOPS", usual=False),
    figure("INT8 dense", "int8_tops", "TOPS", usual=False),
    figure("Link rate", "link_bidirectional_gb_s", "GB/s both ways", usual=False),
    figure("Per node", "per_node", usual=False),
    figure("L2 cache", "l2_mb", "MB", usual=False),
    text("CUDA capability", "compute_capability", usual=False),
    text("Slug", "slug", order="slug", usual=False),
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
    text("Processor", "cpu", usual=False),
    figure("Network", "network_gbit_s", "Gbit/s", usual=False),
    text("Storage", "storage", usual=False),
    text("Link", "get_link_kind_display", usual=False),
    figure("Weight", "weight_kg", "kg", usual=False),
    text("Power supplies", "power_supplies", usual=False),
    text("Licence", "licence", usual=False),
    text("Slug", "slug", order="slug", usual=False),
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
    text("Processor", "cpu", usual=False),
    text("Storage", "storage", usual=False),
    text("Link", "get_link_kind_display", usual=False),
    text("Slug", "slug", order="slug", usual=False),
]


UNITS = dict(Offer.Unit.choices)


def _seen(offer: Offer) -> str:
    if offer.observed_on is None:
        return "? date unknown"
    return FRESHNESS_MARKS[offer.freshness].format(offer.observed_on)


def _per_accelerator_and_hour(offer: Offer) -> str:
    return f"{offer.amount_per_accelerator:,.2f} {offer.currency}"


def _amount(offer: Offer) -> str:
    return f"{offer.amount:,.2f} {offer.currency} {UNITS[offer.unit]}"


def _per_gib_and_hour(offer: Offer) -> str:
    price = offer.amount_per_gib
    return "" if price is None else f"{price:,.4f} {offer.currency}"


def _per_month(offer: Offer) -> str:
    price = offer.amount_per_month
    return "" if price is None else f"{price:,.0f} {offer.currency}"


def _verdict(offer: Offer) -> str:
    return offer.host.current_verdict if offer.host else ""


VERDICT = Column(
    name="verdict",
    fields=("host", "verdict"),
    label="Measured",
    usual=False,
    value=lambda row: VERDICT_MARKS.get(_verdict(row)),
    badge=lambda row: VERDICT_BADGES.get(_verdict(row), ""),
    link=lambda row: row.host.get_absolute_url() if row.host else "",
    shared="host_id",
)
"""What probes found on the attached host that is on offer."""

OFFERS = [
    Column(
        name="system",
        label="System",
        value=lambda row: row.target_name,
        link=lambda row: row.get_absolute_url(),
        fields=("id", "instance", "server", "accelerator", "accelerator_count"),
    ),
    related("Provider", "provider", order="provider"),
    related("Accelerator", "accelerator", order="accelerator"),
    figure("Count", "accelerator_count"),
    text("Pricing", "get_pricing_display", order="pricing"),
    Column(
        name="amount_per_accelerator",
        fields=("amount_per_accelerator", "currency", "unit"),
        label="Price per accelerator",
        unit="hour or each",
        order="amount_per_accelerator",
        numeric=True,
        value=_per_accelerator_and_hour,
    ),
    Column(
        name="amount",
        fields=("amount", "currency", "unit"),
        label="Price",
        unit="as listed",
        order="amount",
        numeric=True,
        value=_amount,
    ),
    Column(
        name="amount_per_gib",
        fields=("amount_per_gib", "currency", "unit"),
        label="Price per GiB of memory",
        unit="hour or each",
        numeric=True,
        value=_per_gib_and_hour,
        usual=False,
    ),
    Column(
        name="amount_per_month",
        fields=("amount_per_month", "currency"),
        label="Rent per month",
        unit="730.5 hours",
        numeric=True,
        value=_per_month,
        usual=False,
    ),
    text("Region", "region", order="region"),
    Column(
        name="observed_on",
        fields=("observed_on", "freshness"),
        label="Seen",
        order="observed_on",
        value=_seen,
        badge=lambda row: FRESHNESS_BADGES[row.freshness],
        shared="observed_on",
    ),
    SOURCE,
    VERDICT,
    text("Listed as", "accelerator_stated", usual=False),
    text("Tier", "tier", usual=False),
    text("Condition", "condition", usual=False),
    figure("vCPUs", "vcpus", usual=False),
    figure("Host memory", "ram_gb", "GB", usual=False),
    text("Status", "get_status_display", usual=False),
    text("Licence", "licence", usual=False),
    text("Slug", "slug", order="slug", usual=False),
]

WHAT = Column(
    name="what",
    label="Change",
    value=lambda row: row.get_what_display(),
)
FIELD = Column(
    name="field",
    label="Field",
    value=lambda row: row.field_label,
    order="field",
    link=lambda row: row.fact_url,
    fields=("field", "label"),
)
CHANGE = [
    Column(
        name="changed_at",
        label="When",
        unit="UTC",
        value=lambda row: f"{row.changed_at:%Y-%m-%d %H:%M}",
        order="changed_at",
    ),
    FIELD,
    text("Before", "old"),
    text("After", "new"),
    text("Unit", "unit"),
    SOURCE,
    text("By", "get_origin_display"),
    Column(name="revision", label="Revision", value=lambda row: f"r{row.revision_id}"),
]
"""What one change says, on the page of its row."""

CHANGES = [
    Column(
        name="name",
        label="Row",
        order="name",
        value=lambda row: row.name,
        link=lambda row: row.get_absolute_url(),
        fields=("kind", "slug", "name"),
    ),
    text("Kind", "get_kind_display", order="kind"),
    WHAT,
    *CHANGE[1:5],
    CHANGE[0],
    *CHANGE[5:],
    text("Slug", "slug", usual=False),
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
    Column(name="claim_count", label="Claims", numeric=True, value=lambda row: row.claim_count),
    Column(name="offer_count", label="Offers", numeric=True, value=lambda row: row.offer_count),
]
