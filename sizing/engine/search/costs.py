"""What a deployment costs, and what that figure rests on."""

from decimal import Decimal
from typing import Any

from attrs import asdict, frozen

from sizing.engine.hardware import Price
from sizing.engine.search.assumptions import ASSUMED
from sizing.engine.search.finalist import Finalist
from sizing.engine.search.offers import INTERRUPTIBLE
from sizing.engine.search.supply import Supply

TOKEN_UNIT = "1M output tokens"  # noqa: S105 - a unit, not a secret
HOUR_UNIT = "hour"


@frozen(kw_only=True)
class Cost:
    """Money as decimal strings.

    Attributes:
        per_h: of the whole deployment.
        per_unit: of one `unit` of work.
        offer: identity of the offer in the catalog.
        basis: provider, date, assumptions and notes.
    """

    per_h: str
    per_unit: str
    unit: str
    currency: str
    offer: str
    basis: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of the contract."""
        return asdict(self)


def cost_of(finalist: Finalist) -> Cost | None:
    """The cost of a deployment; None without an offer."""
    supply = finalist.supply
    if supply.price is None or supply.cost_per_h is None:
        return None
    per_h = finalist.count / supply.unit * supply.cost_per_h
    per_token = finalist.per_million_tokens(per_h)
    return Cost(
        per_h=money(per_h),
        per_unit=money(per_h if per_token is None else per_token),
        unit=HOUR_UNIT if per_token is None else TOKEN_UNIT,
        currency=supply.price.currency,
        offer=supply.price.offer,
        basis=_basis(supply, supply.price),
    )


def money(amount: float) -> str:
    """A decimal string: four decimals, or four significant digits below one cent."""
    if amount >= 0.01:
        return f"{amount:.4f}"
    return str(Decimal(f"{amount:.4g}").normalize().__format__("f"))


def _basis(supply: Supply, price: Price) -> dict[str, Any]:
    basis: dict[str, Any] = {
        "acquisition": supply.acquisition,
        "provider": price.provider or None,
        "region": price.region or None,
        "observed_on": price.observed_on or None,
        "terms": price.terms or None,
    }
    if supply.acquisition == "buy":
        basis["purchase_amount"] = money(price.purchase_amount or 0.0)
        basis["assumptions"] = {**ASSUMED.to_dict(), "tariff_currency": price.currency}
    return {**basis, "notes": list(_notes(supply, price))}


def _notes(supply: Supply, price: Price) -> list[str]:
    unit = f"{supply.unit} accelerators" if supply.unit > 1 else "one accelerator"
    checks = (
        (not price.observed_on, "The offer's source gives no date; check that it still stands."),
        (price.terms == INTERRUPTIBLE, "Interruptible capacity: it can be taken back any time."),
        (
            price.includes_host is False,
            "The offer covers accelerators only: processors and memory are billed apart.",
        ),
        (
            supply.acquisition == "buy" and supply.system.kind == "accelerator",
            f"The price is of {unit}; the server that holds them comes on top.",
        ),
        (
            supply.acquisition == "buy" and supply.accelerator_power_w is None,
            "Power is not known, so electricity is left out.",
        ),
    )
    return [note for applies, note in checks if applies]
