"""The lowest price that somebody asks for, among the offers of the best age there are."""

from collections.abc import Collection
from typing import Literal

from attrs import frozen
from django.db.models import Case, F, IntegerField, Value, When, Window
from django.db.models.functions import RowNumber

from catalog.filtersets.expressions import age
from catalog.freshness import LEVELS
from catalog.models import Offer

CURRENCY = "USD"
Of = Literal["accelerator", "server"]
Amount = Literal["amount", "amount_per_accelerator"]


@frozen(kw_only=True)
class LowestPrice:
    """One price, and who asked it when."""

    amount: float
    origin: str


def lowest_prices(
    of: Of, ids: Collection[int], pricing: str, amount: Amount
) -> dict[int, LowestPrice]:
    """By id of what is offered; one query. A stale price counts where no fresh one is known."""
    live = Offer.objects.filter(
        **{f"{of}__in": ids}, status=Offer.Status.LIVE, currency=CURRENCY, pricing=pricing
    )
    level = Case(
        *(When(age=name, then=Value(i)) for i, name in enumerate(LEVELS)),
        output_field=IntegerField(),
    )
    place = Window(RowNumber(), partition_by=F(of), order_by=[level, F(amount), F("slug")])
    first = live.order_by().annotate(age=age()).annotate(place=place).filter(place=1)
    return {
        getattr(offer, f"{of}_id"): LowestPrice(
            amount=float(getattr(offer, amount)), origin=_origin(offer)
        )
        for offer in first.select_related("provider")
    }


def _origin(offer: Offer) -> str:
    seen = f"seen on {offer.observed_on} ({offer.freshness})" if offer.observed_on else ""
    return f"{offer.provider.name}, {seen or 'date unknown'}"
