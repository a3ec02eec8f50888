"""Where the inputs of rent-or-buy start from: the catalog, a publication, or an assumption."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from catalog import selectors as catalog
from catalog.freshness import LEVELS
from catalog.models import Accelerator, Offer, Server
from sizing.engine.search.assumptions import ASSUMED

ASSUMPTION = "an assumption"
AS_RANKED = "an assumption, as in the rankings of this site"
COLOCATION_USD_PER_KW = 184.06
COLOCATION_TITLE = "CBRE, North America Data Center Trends H2 2024"
COLOCATION_URL = "https://www.cbre.com/insights/reports/north-america-data-center-trends-h2-2024"
USUAL_CURRENCY = "USD"


@frozen(kw_only=True)
class Origin:
    """Where a starting value comes from."""

    text: str
    url: str = ""


@frozen(kw_only=True)
class Start:
    """What the form holds before anybody changes it.

    Attributes:
        currency: of every amount.
        values: by field; a field without one is unknown.
        origins: by field.
        rents: rental offers in that currency, best first.
        other_currencies: rental offers that were left out, since nobody here knows a dated rate.
    """

    accelerator: Accelerator
    server: Server | None
    currency: str
    values: Mapping[str, Any]
    origins: Mapping[str, Origin]
    rents: Sequence[Offer]
    other_currencies: int


def start_of(accelerator: Accelerator, server: Server | None) -> Start:
    """Starting values for a variant, in a server of the catalog or in none."""
    offers = catalog.offers_of(accelerator)
    rents = [offer for offer in offers if offer.pricing != Offer.Pricing.BUY]
    currency = _currency(rents or offers)
    kept = [offer for offer in rents if offer.currency == currency]
    bought = [
        offer
        for offer in offers
        if offer.pricing == Offer.Pricing.BUY and offer.currency == currency
    ]
    found = [
        *_assumed(currency),
        *_fitting(accelerator, server),
        *_rented(kept),
        *_bought(bought, accelerator, server),
    ]
    return Start(
        accelerator=accelerator,
        server=server,
        currency=currency,
        values={name: value for name, value, _ in found},
        origins={name: origin for name, _, origin in found},
        rents=kept,
        other_currencies=len(rents) - len(kept),
    )


Value = tuple[str, Any, Origin]


def _currency(offers: Sequence[Offer]) -> str:
    counts = Counter(offer.currency for offer in offers)
    return min(counts, key=lambda name: (-counts[name], name), default=USUAL_CURRENCY)


def _assumed(currency: str) -> Iterator[Value]:
    ranked, assumption = Origin(text=AS_RANKED), Origin(text=ASSUMPTION)
    yield "rent_billing", "used", assumption
    yield "use_percent", ASSUMED.use * 100, ranked
    yield "lifetime_months", int(ASSUMED.months), ranked
    yield "pue", ASSUMED.pue, ranked
    yield "tariff_per_kwh", ASSUMED.tariff_per_kwh, ranked
    yield "residual_percent", 0.0, ranked
    yield "interest_percent", 0.0, ranked
    yield "idle_percent", 30.0, assumption
    yield "colocation_per_unit", 0.0, assumption
    if currency == "USD":
        words = f"{COLOCATION_TITLE}: mean asking rate for 250 to 500 kW"
        yield "colocation_per_kw", COLOCATION_USD_PER_KW, Origin(text=words, url=COLOCATION_URL)
    else:
        words = f"unknown in {currency}; 0 until you give it"
        yield "colocation_per_kw", 0.0, Origin(text=words)


def _fitting(accelerator: Accelerator, server: Server | None) -> Iterator[Value]:
    """How many, how much power, how much room."""
    stated = Origin(text=f"stated for {server}", url=server.get_absolute_url()) if server else None
    count = (server.accelerator_count if server else None) or accelerator.per_node
    usual = Origin(text="as many as usually share one server", url=accelerator.get_absolute_url())
    yield "accelerators", count, stated or usual
    if server and stated and server.max_power_w:
        words = f"the most that the maker states for {server}"
        yield "power_w", server.max_power_w, Origin(text=words, url=stated.url)
    elif accelerator.tdp_w:
        words = f"{ASSUMED.tdp_share:g} x thermal design power; the rest of the server on top"
        power_w = round(ASSUMED.tdp_share * accelerator.tdp_w * count)
        yield "power_w", power_w, Origin(text=words, url=accelerator.get_absolute_url())
    if server and stated and server.rack_units:
        yield "rack_units", server.rack_units, stated
    else:
        yield "rack_units", 0.0, Origin(text="unknown; 0 until you give it")


def _rented(rents: Sequence[Offer]) -> Iterator[Value]:
    lasting = [offer for offer in rents if offer.pricing != Offer.Pricing.SPOT]
    steady = [offer for offer in lasting if offer.pricing == Offer.Pricing.ON_DEMAND] or lasting
    # Stable: among offers of one age with a host, or without, the cheapest stays first.
    steady.sort(key=lambda offer: (LEVELS.index(offer.freshness), offer.includes_host is False))
    for offer in steady[:1]:
        words = f"{offer.get_pricing_display().lower()} at {offer.provider.name}, {_seen(offer)}"
        if offer.includes_host is False:
            words = f"{words}, for accelerators only: CPU and memory are billed apart, add them"
        origin = Origin(text=words, url=offer.get_absolute_url())
        yield "rent_per_h", round(offer.amount_per_accelerator, 4), origin


def _bought(
    offers: Sequence[Offer], accelerator: Accelerator, server: Server | None
) -> Iterator[Value]:
    """The price of the server; without one, of its accelerators alone."""
    whole = [offer for offer in offers if server and offer.server_id == server.pk]
    for offer in whole[:1]:
        words = f"at {offer.provider.name}, {_seen(offer)}"
        yield "price", float(offer.amount), Origin(text=words, url=offer.get_absolute_url())
        return
    bare = [offer for offer in offers if offer.server_id is None and offer.instance_id is None]
    count = (server.accelerator_count if server else None) or accelerator.per_node
    for offer in bare[:1]:
        words = (
            f"{count} accelerators at {offer.provider.name}, {_seen(offer)}, "
            "without the server that holds them: add it"
        )
        amount = round(offer.amount_per_accelerator * count, 2)
        yield "price", amount, Origin(text=words, url=offer.get_absolute_url())


def _seen(offer: Offer) -> str:
    day = offer.observed_on
    return f"seen on {day:%Y-%m-%d} ({offer.freshness})" if day else "date unknown"
