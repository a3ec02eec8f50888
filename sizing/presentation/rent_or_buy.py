"""Rent against buy as the page shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen
from django.forms import BoundField
from django.utils.safestring import SafeString

from catalog.csv_text import written
from sizing import selectors
from sizing.addresses import pasted_id
from sizing.charts.cumulative import cumulative_chart
from sizing.ownership import RentOrBuy, per_million_tokens, shown_months
from sizing.rent_or_buy_forms import RentOrBuyForm, slider_of
from sizing.services.rent_or_buy import Origin, Start

YOURS = Origin(text="yours")
GROUPS = (
    ("Rent", ("rent_per_h", "rent_billing", "use_percent")),
    (
        "Buy",
        ("price", "accelerators", "lifetime_months", "residual_percent", "interest_percent"),
    ),
    ("Power", ("power_w", "idle_percent", "pue", "tariff_per_kwh")),
    ("Place", ("colocation_per_kw", "rack_units", "colocation_per_unit")),
    ("Work", ("sizing",)),
)
MONTH_COLUMNS = ("month", "rent_paid", "buy_paid", "currency")


@frozen(kw_only=True)
class InputField:
    """One field with its slider and where its value comes from."""

    field: BoundField
    slider: Mapping[str, Any] | None
    origin: Origin


@frozen(kw_only=True)
class Tokens:
    """Cost of a million generated tokens both ways, at the rate of a sizing."""

    system: str
    per_accelerator_s: float
    rent: float
    own: float


@frozen(kw_only=True)
class RentOrBuyView:
    """The answer."""

    case: RentOrBuy
    chart: SafeString
    months: Sequence[tuple[int, float, float]]
    tokens: Tokens | None


def input_groups(form: RentOrBuyForm, start: Start) -> list[tuple[str, list[InputField]]]:
    """The fields under their headings."""
    return [(title, [_input(form, name, start) for name in names]) for title, names in GROUPS]


def _input(form: RentOrBuyForm, name: str, start: Start) -> InputField:
    field = form[name]
    value = field.value()
    return InputField(
        field=field,
        slider=slider_of(name, value),
        origin=_origin(start, name, value),
    )


def _origin(start: Start, name: str, value: Any) -> Origin:
    if name not in start.values:
        return YOURS if value else Origin(text="")
    return start.origins[name] if _same(start.values[name], value) else YOURS


def _same(start: Any, value: Any) -> bool:
    try:
        return float(start) == float(value)
    except (TypeError, ValueError):
        return str(start) == str(value)


def rent_or_buy_view(
    case: RentOrBuy, start: Start, tokens_per_s: tuple[str, float] | None
) -> RentOrBuyView:
    """Both ways, month by month."""
    months = shown_months(case.purchase.lifetime_months)
    return RentOrBuyView(
        case=case,
        chart=cumulative_chart(case, start.currency),
        months=[(month, case.rent_until(month), case.own_until(month)) for month in months],
        tokens=_tokens(case, tokens_per_s),
    )


def _tokens(case: RentOrBuy, tokens_per_s: tuple[str, float] | None) -> Tokens | None:
    if tokens_per_s is None:
        return None
    system, rate = tokens_per_s
    return Tokens(
        system=system,
        per_accelerator_s=rate,
        rent=per_million_tokens(case.rent_per_used_h, rate),
        own=per_million_tokens(case.own_per_used_h, rate),
    )


def tokens_of_sizing(text: str, slug: str) -> tuple[str, float]:
    """System and generated tokens per second and accelerator, of a sizing's best answer with it.

    Raises:
        ValueError: in words for whoever typed the text.
    """
    row = selectors.sizings().filter(pk=pasted_id(text)).first()
    if row is None:
        raise ValueError("No sizing is kept under this address; copy it from the page again.")
    for found in row.answer.content["recommendations"]:
        rate = found["metrics"].get("output_tokens_per_s")
        if found["accelerator"] == slug and rate and rate["value"] > 0:
            return found["system"]["name"], rate["value"] / found["count"]
    raise ValueError(
        "This sizing recommends no system with this accelerator that generates tokens."
    )


def months_csv(case: RentOrBuy, currency: str) -> str:
    """Every month on a line."""
    months = range(case.purchase.lifetime_months + 1)
    paid = ((month, case.rent_until(month), case.own_until(month)) for month in months)
    rows = ((month, f"{rent:.2f}", f"{own:.2f}", currency) for month, rent, own in paid)
    return "".join(written([MONTH_COLUMNS, *rows]))
