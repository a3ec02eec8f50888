"""Why something was not sent."""

from catalog.errors import CatalogError


class NotSent(CatalogError):  # noqa: N818 - reads as the fact it states
    """A sending failed; it is tried again later.

    Attributes:
        fault_of_destination: whether the receiver is to blame, and not this installation's mail
            server; only such failures count, and switch an alert off.
    """

    def __init__(self, reason: str, *, fault_of_destination: bool) -> None:
        self.fault_of_destination = fault_of_destination
        super().__init__(reason)
