"""One FilterSet per noun, shared by pages and API."""

from catalog.filtersets.change import ChangeFilterSet
from catalog.filtersets.hardware import (
    AcceleratorFilterSet,
    InstanceFilterSet,
    ServerFilterSet,
)
from catalog.filtersets.origin import SourceFilterSet, VendorFilterSet
from catalog.filtersets.price import OfferFilterSet

__all__ = [
    "AcceleratorFilterSet",
    "ChangeFilterSet",
    "InstanceFilterSet",
    "OfferFilterSet",
    "ServerFilterSet",
    "SourceFilterSet",
    "VendorFilterSet",
]
