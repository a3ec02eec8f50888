"""Which facets each list has."""

import datetime as dt
from functools import partial

from attrs import evolve

from catalog.as_of.past import THEN
from catalog.facets.facet import Facet, figure, fixed, related, text
from catalog.fields import label
from catalog.filtersets.expressions import age, usual_link
from catalog.freshness import AGES
from catalog.models import Accelerator, LinkKind, Offer, RowChange, Server, Vendor
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

CHANGES = [
    fixed("kind", "Kind", RowChange.Kind.choices),
    fixed("what", "Change", RowChange.What.choices),
    text("field", "Field", shown=label),
    fixed("origin", "By", RowChange.Origin.choices),
]


def offers_as_of(day: dt.date | None) -> list[Facet]:
    """The facets of offers, their age judged as of a past day if one is given."""
    if day is None:
        return OFFERS
    past_age = partial(age, day, f"{THEN}observed_on")
    return [
        evolve(facet, column=past_age) if facet.name == "freshness" else facet for facet in OFFERS
    ]
