"""Pages of the catalog."""

from catalog.views.details import (
    AcceleratorPage,
    InstancePage,
    OfferPage,
    ServerPage,
    SourcePage,
    VendorPage,
)
from catalog.views.home import Home
from catalog.views.lists import (
    AcceleratorList,
    ChangeList,
    InstanceList,
    OfferList,
    ServerList,
    SourceList,
    VendorList,
)

__all__ = [
    "AcceleratorList",
    "AcceleratorPage",
    "ChangeList",
    "Home",
    "InstanceList",
    "InstancePage",
    "OfferList",
    "OfferPage",
    "ServerList",
    "ServerPage",
    "SourceList",
    "SourcePage",
    "VendorList",
    "VendorPage",
]
