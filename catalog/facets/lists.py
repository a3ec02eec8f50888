"""Which facets each list has."""

from catalog.facets.facet import figure, fixed, related, text
from catalog.filtersets.expressions import age, usual_link
from catalog.freshness import AGES
from catalog.models import Accelerator, LinkKind, Offer, Server, Vendor
from catalog.names import family_name

_FAMILY = text("family", "Family", "accelerator__family", shown=family_name)
_MEMORY = figure("memory_label_gb", "Memory each", "GiB", "accelerator__memory_label_gb")
_LINK = fixed("link_kind", "Link", LinkKind.choices, usual_link)
_VARIANT = related("accelerator", "Accelerator", Accelerator)

ACCELERATORS = [
    related("vendor", "Maker", Vendor),
    text("family", "Family", shown=family_name),
    fixed("link_kind", "Link", LinkKind.choices),
    figure("memory_label_gb", "Memory", "GiB"),
]
SERVERS = [
    related("vendor", "Maker", Vendor),
    fixed("kind", "Kind", Server.Kind.choices),
    _VARIANT,
    _FAMILY,
    _LINK,
    _MEMORY,
]
INSTANCES = [related("provider", "Provider", Vendor), _VARIANT, _FAMILY, _LINK, _MEMORY]
OFFERS = [
    related("provider", "Provider", Vendor),
    _VARIANT,
    _FAMILY,
    _MEMORY,
    fixed("pricing", "Pricing", Offer.Pricing.choices),
    fixed("freshness", "Age", AGES, age),
    text("region_exact", "Region", "region", apart=True),
    text("condition", "Condition"),
    fixed("status", "Status", Offer.Status.choices, default=Offer.Status.LIVE),
]
