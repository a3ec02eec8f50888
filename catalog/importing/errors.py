"""Why an import stops before it writes anything."""

from catalog.errors import CatalogError


class NotImported(CatalogError):  # noqa: N818 - reads as the fact it states
    """Nothing was written; the message says why and what helps."""
