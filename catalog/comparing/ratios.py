"""What a watt, a unit of height and money buy: lines computed from facts and live offers."""

from collections.abc import Iterable, Sequence

from catalog.comparing.lines import Line, Value
from catalog.comparing.lowest_prices import CURRENCY, LowestPrice, lowest_prices
from catalog.facts import plain
from catalog.listing.tables import UNKNOWN
from catalog.models import Accelerator, Offer, Server

COMPUTED = "computed from facts and live offers"
THOUSAND = 1000.0
Figure = float | None


def accelerator_ratios(rows: Sequence[Accelerator]) -> list[Line]:
    """By the lowest on-demand price and by board power."""
    ids = [row.pk for row in rows]
    found = lowest_prices("accelerator", ids, Offer.Pricing.ON_DEMAND, "amount_per_accelerator")
    lowest = [found.get(pk) for pk in ids]
    prices = [price.amount if price else None for price in lowest]
    each = [(row, price, row.tdp_w) for row, price in zip(rows, prices, strict=True)]
    return [
        _price_line("Lowest on-demand price", f"{CURRENCY} per hour", lowest),
        _line("BF16 per watt", "TFLOPS/W", (_per(a.bf16_tflops, watts) for a, _, watts in each)),
        _line(
            "Bandwidth per watt",
            "GB/s per W",
            (_per(a.memory_bandwidth_gb_s, watts) for a, _, watts in each),
        ),
        _line(
            "BF16 per dollar and hour",
            "TFLOPS",
            (_per(a.bf16_tflops, price) for a, price, _ in each),
        ),
        _line(
            "Bandwidth per dollar and hour",
            "GB/s",
            (_per(a.memory_bandwidth_gb_s, price) for a, price, _ in each),
        ),
        _line(
            "Memory per dollar and hour",
            "GB",
            (_per(a.capacity_gb, price) for a, price, _ in each),
        ),
    ]


def server_ratios(rows: Sequence[Server]) -> list[Line]:
    """Of all accelerators together, by what the whole server draws, fills and costs."""
    ids = [row.pk for row in rows]
    found = lowest_prices("server", ids, Offer.Pricing.BUY, "amount")
    lowest = [found.get(pk) for pk in ids]
    thousands = [_per(price.amount if price else None, THOUSAND) for price in lowest]
    bf16, memory = _all(rows, "bf16_tflops"), _all(rows, "capacity_gb")
    power = [row.max_power_w for row in rows]
    return [
        _line("Accelerator memory, together", "GB", memory),
        _line("BF16 of all accelerators", "TFLOPS", bf16),
        _line("BF16 per watt of the server", "TFLOPS/W", map(_per, bf16, power)),
        _line(
            "BF16 per unit of height",
            "TFLOPS/U",
            map(_per, bf16, (row.rack_units for row in rows)),
        ),
        _price_line("Lowest purchase price", CURRENCY, lowest),
        _line("BF16 per 1,000 dollars", "TFLOPS", map(_per, bf16, thousands)),
        _line("Accelerator memory per 1,000 dollars", "GB", map(_per, memory, thousands)),
    ]


def offer_ratios(rows: Sequence[Offer]) -> list[Line]:
    """Of one accelerator, by its price; rent and purchase buy different things."""
    return [
        *_of_price(rows, rented=True),
        *_of_price(rows, rented=False),
        _line("BF16 per watt", "TFLOPS/W", (_of(row, "bf16_tflops", "tdp_w") for row in rows)),
    ]


def _of_price(rows: Sequence[Offer], *, rented: bool) -> list[Line]:
    what = "unit of money and hour" if rented else "1,000 of the purchase price"
    prices = [_price(row) if (row.unit == Offer.Unit.HOUR) == rented else None for row in rows]
    return [
        _line(f"{label} per {what}", unit, map(_per, _each(rows, name), prices))
        for label, unit, name in (
            ("BF16", "TFLOPS", "bf16_tflops"),
            ("Bandwidth", "GB/s", "memory_bandwidth_gb_s"),
            ("Memory", "GB", "capacity_gb"),
        )
    ]


def _price(row: Offer) -> float:
    each = float(row.amount_per_accelerator)
    return each if row.unit == Offer.Unit.HOUR else each / THOUSAND


def _each(rows: Sequence[Offer], name: str) -> list[Figure]:
    return [getattr(row.accelerator, name) for row in rows]


def _of(row: Offer, name: str, by: str) -> Figure:
    return _per(getattr(row.accelerator, name), getattr(row.accelerator, by))


def _all(rows: Sequence[Server], name: str) -> list[Figure]:
    """A figure of the accelerators of each server, times their number."""
    found: list[Figure] = []
    for row in rows:
        one = getattr(row.accelerator, name) if row.accelerator else None
        found.append(one * row.accelerator_count if one and row.accelerator_count else None)
    return found


def _per(figure: Figure, by: Figure) -> Figure:
    return figure / by if figure and by else None


def _price_line(label: str, unit: str, prices: Iterable[LowestPrice | None]) -> Line:
    values = (_value(price.amount, price.origin) if price else _value(None) for price in prices)
    return Line(label=label, unit=unit, values=tuple(values))


def _line(label: str, unit: str, values: Iterable[Figure]) -> Line:
    return Line(label=label, unit=unit, values=tuple(_value(value) for value in values))


def _value(figure: Figure, source: str = COMPUTED) -> Value:
    if figure is None:
        return Value(text=UNKNOWN)
    return Value(text=plain(round(figure, 3)), source=source)
