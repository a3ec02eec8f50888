"""What can be bought or rented, as plain rows: the catalog's answer to a sizing."""

import datetime as dt
from decimal import Decimal

from attrs import frozen

from catalog.models import Accelerator


@frozen(kw_only=True)
class PriceRow:
    """One current price of one system.

    Attributes:
        offer: slug of the offer.
        amount: for the whole system; per hour when rented, each when bought.
        pricing: "on-demand", "spot", "reserved" or "buy".
        observed_on: None when the source gives no date.
        freshness: "fresh", "stale", "historical" or "unknown".
        includes_host: False when CPU and memory are billed apart, None when not said.
    """

    offer: str
    url: str
    amount: Decimal
    currency: str
    pricing: str
    provider: str
    region: str
    observed_on: dt.date | None
    freshness: str
    includes_host: bool | None


@frozen(kw_only=True)
class SystemRow:
    """A server, an instance type or bare accelerators.

    Attributes:
        kind: "server", "instance" or "accelerator".
        count: accelerators in one such system.
        per_node: accelerators that share one node (72 in an NVL72 rack).
        interconnect: link between them, one of `catalog.models.LinkKind`.
        node_network_gbit_s: of one node to others, all ports together; None when unknown.
        power_w: of the whole system as its maker states it.
        rent, buy: prices, best first: fresh before stale, date unknown last, then cheapest.
    """

    kind: str
    slug: str
    name: str
    url: str
    accelerator: Accelerator
    count: int
    per_node: int
    interconnect: str
    node_network_gbit_s: float | None = None
    power_w: float | None = None
    rack_units: float | None = None
    rent: tuple[PriceRow, ...] = ()
    buy: tuple[PriceRow, ...] = ()
