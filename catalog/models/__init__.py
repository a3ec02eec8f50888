"""The nouns of the catalog, one file each."""

from catalog.models.accelerator import PEAK_FORMATS, Accelerator, AcceleratorAlias, LinkKind
from catalog.models.alert import Alert
from catalog.models.claim import Claim
from catalog.models.fleet import Device, Host, Measurement
from catalog.models.instance import InstanceType
from catalog.models.language_model import LanguageModel
from catalog.models.offer import Offer, OfferObservation
from catalog.models.review import ReviewItem
from catalog.models.revision import CatalogRevision
from catalog.models.row_change import RowChange
from catalog.models.saved_view import SavedView
from catalog.models.server import Server
from catalog.models.source import Source
from catalog.models.value_report import ValueReport
from catalog.models.vendor import Vendor

__all__ = [
    "PEAK_FORMATS",
    "Accelerator",
    "AcceleratorAlias",
    "Alert",
    "CatalogRevision",
    "Claim",
    "Device",
    "Host",
    "InstanceType",
    "LanguageModel",
    "LinkKind",
    "Measurement",
    "Offer",
    "OfferObservation",
    "ReviewItem",
    "RowChange",
    "SavedView",
    "Server",
    "Source",
    "ValueReport",
    "Vendor",
]
