"""What a watt, a unit of height and money buy: lines computed from facts and live offers."""

from collections.abc import Iterable, Sequence

from django.db.models import Min

from catalog.comparison_lines import Line, Value
from catalog.facts import plain
from catalog.models import Accelerator, Offer, Server
from catalog.tables import UNKNOWN

COMPUTED = "computed from facts and live offers"
THOUSAND = 1000.0
Figure = float | None


def accelerator_ratios(rows: Sequence[Accelerator]) -> list[Line]:
    """By the lowest on-demand price and by board power."""
    prices = _lowest("accelerator", rows, Offer.Pricing.ON_DEMAND, "amount_per_accelerator")
    each = [(row, prices.get(row.pk), row.tdp_w) for row in rows]
    return [
        _line("Lowest on-demand price", "USD per hour", (price for _, price, _ in each)),
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
    prices = _lowest("server", rows, Offer.Pricing.BUY, "amount")
    thousands = [_per(prices.get(row.pk), THOUSAND) for row in rows]
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
        _line("Lowest purchase price", "USD", (prices.get(row.pk) for row in rows)),
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


def _lowest(
    of: str, rows: Sequence[Accelerator] | Sequence[Server], pricing: str, amount: str
) -> dict[int, float]:
    """The lowest live price in USD of each row; one query."""
    live = Offer.objects.filter(
        **{f"{of}__in": [row.pk for row in rows]},
        status=Offer.Status.LIVE,
        currency="USD",
        pricing=pricing,
    )
    found = live.order_by().values(of).annotate(lowest=Min(amount))
    return {row[of]: float(row["lowest"]) for row in found}


def _per(figure: Figure, by: Figure) -> Figure:
    return figure / by if figure and by else None


def _line(label: str, unit: str, values: Iterable[Figure]) -> Line:
    return Line(
        label=label,
        unit=unit,
        values=tuple(
            Value(
                text=UNKNOWN if value is None else plain(round(value, 3)),
                source="" if value is None else COMPUTED,
            )
            for value in values
        ),
    )
