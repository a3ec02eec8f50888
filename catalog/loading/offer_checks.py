"""Known kinds of bad prices. Row checks look at one row, batch checks at one source's rows."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]
Reasons = dict[str, str]
Refused = dict[str, Reasons]  # place of a row -> reasons by field

PRICINGS = {"on-demand", "spot", "reserved", "buy"}
RULE_PAIRS = 3
RULE_REGIONS = 8
SUSPECT_BELOW, SUSPECT_ABOVE = 0.3, 3.0
FEWEST_FOR_MEDIAN = 4


def price_row(row: Row) -> Reasons:
    """Amount, currency, count and terms of one row."""
    reasons: Reasons = {}
    if not row.get("amount") or float(row["amount"]) <= 0:
        reasons["amount"] = "no price above 0; an unknown price is no offer"
    if not row.get("accelerator_count") or float(row["accelerator_count"]) <= 0:
        reasons["accelerator_count"] = "no count above 0"
    currency = str(row.get("currency", ""))
    if len(currency) != 3 or not currency.isupper():
        reasons["currency"] = f"{currency!r} is no ISO 4217 code"
    if row.get("pricing") not in PRICINGS:
        reasons["pricing"] = f"{row.get('pricing')!r} is none of {', '.join(sorted(PRICINGS))}"
    return reasons


def price_not_scaled(row: Row) -> Reasons:
    """The price per accelerator must be the price of the whole divided by the count."""
    each, amount, count = (
        row.get(field) for field in ("amount_per_accelerator", "amount", "accelerator_count")
    )
    if not (each and amount and count):
        return {}
    if abs(float(each) * float(count) / float(amount) - 1) > 0.01:
        return {"amount": f"{amount} is not {count} x {each}; was it scaled by the count?"}
    return {}


def spot_by_rule(rows: Iterable[tuple[str, Row]]) -> Refused:
    """Every spot price exactly half of on-demand: a rule of the collector, not observations."""
    on_demand = {_pair(row): float(row["amount"]) for _, row in rows if _is(row, "on-demand")}
    shares: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for place, row in rows:
        if _is(row, "spot") and _pair(row) in on_demand:
            share = float(row["amount"]) / on_demand[_pair(row)]
            shares[f"{row['owner']}:{row.get('source')}"].append((place, share))
    refused: Refused = {}
    for found in shares.values():
        same = {round(share, 4) for _, share in found}
        if len(found) >= RULE_PAIRS and len(same) == 1:
            reason = f"every spot price is {found[0][1]:.0%} of on-demand: a rule, not a price"
            refused |= {place: {"amount": reason} for place, _ in found}
    return refused


def region_by_rule(rows: Iterable[tuple[str, Row]]) -> Refused:
    """One price copied to every region without availability: only the first row stays."""
    groups: dict[tuple, list[str]] = defaultdict(list)
    for place, row in rows:
        if row.get("instance") and row.get("region") and not row.get("availability"):
            parts = ("owner", "instance", "pricing", "amount", "source")
            groups[tuple(row.get(part) for part in parts)].append(place)
    reason = "the same price in {} regions and no availability; list it once without a region"
    return {
        place: {"region": reason.format(len(places))}
        for places in groups.values()
        if len(places) >= RULE_REGIONS
        for place in places[1:]
    }


def conflicting_prices(rows: Iterable[tuple[str, Row]], key: Callable[[Row], str]) -> Refused:
    """Two prices of one offer on one day: neither can be believed over the other."""
    seen: dict[tuple, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for place, row in rows:
        seen[key(row), row.get("observed_on"), row.get("source")][str(row["amount"])].append(place)
    return {
        place: {"amount": f"{len(amounts)} prices of one offer on one day: {', '.join(amounts)}"}
        for amounts in seen.values()
        if len(amounts) > 1
        for places in amounts.values()
        for place in places
    }


def suspects(prices: Mapping[str, list[tuple[str, float]]]) -> dict[str, str]:
    """Offers outside 0.3 to 3 times the median of their kind, with the reason.

    `prices` holds (offer, price per accelerator) by variant and way of paying.
    """
    found: dict[str, str] = {}
    for offers in prices.values():
        if len(offers) < FEWEST_FOR_MEDIAN:
            continue
        median = statistics.median(price for _, price in offers)
        for offer, price in offers:
            if not SUSPECT_BELOW * median <= price <= SUSPECT_ABOVE * median:
                found[offer] = f"{price / median:.2g} x the median of its variant"
    return found


def spot_above_on_demand(rows: Iterable[tuple[str, Row]]) -> dict[str, str]:
    """Spot above on-demand is worth a look, not a refusal."""
    on_demand = {_pair(row): float(row["amount"]) for _, row in rows if _is(row, "on-demand")}
    return {
        place: f"spot {row['amount']} is above on-demand {on_demand[_pair(row)]:g}"
        for place, row in rows
        if _is(row, "spot") and float(row["amount"]) > on_demand.get(_pair(row), float("inf"))
    }


def _is(row: Row, pricing: str) -> bool:
    return row.get("pricing") == pricing and bool(row.get("amount"))


def _pair(row: Row) -> tuple:
    parts = ("owner", "instance", "accelerator", "accelerator_count", "region", "source", "url")
    return tuple(row.get(part) for part in (*parts, "vcpus", "observed_on"))
