"""What a row from outside must be before the checks of the loader can read it."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from catalog.importing.reading import OVERFLOW
from catalog.loading.files import Row
from catalog.models import Offer

FIGURES = (
    *("amount", "accelerator_count", "accelerator_memory_gb", "vcpus", "ram_gb"),
    *("amount_per_accelerator", "accelerator_memory_total_gb"),
)
LONGEST = {"tier": 30, "region": 80, "condition": 80, "url": 400}
LARGEST = Decimal(10) ** 9
MOST_ACCELERATORS = 9999
AMOUNT_STEP, COUNT_STEP = Decimal("0.0001"), Decimal("0.001")
Reasons = dict[str, str]


def unreadable(values: Mapping[str, Any]) -> Reasons:
    """Cells that are no figure or date, or that the columns of an offer cannot hold."""
    reasons = {field: why for field in FIGURES if (why := _figure(values.get(field)))}
    reasons |= _too_small_or_large(values, reasons)
    reasons |= _date(values.get("observed_on"))
    reasons |= _too_long(values)
    reasons |= _unit(values)
    if values.get("includes_host") not in {None, "true", "false"}:
        reasons["includes_host"] = f"{values['includes_host']!r} is neither true nor false"
    if values.get("url") and not str(values["url"]).startswith(("https://", "http://")):
        reasons["url"] = "is no http(s) address"
    if values.get(OVERFLOW):
        reasons["row"] = "has more cells than the header; is a comma not quoted?"
    return reasons


def rounded(values: Row) -> Row:
    """Price and count as the database keeps them, so that reading twice finds the same."""
    steps = {"amount": AMOUNT_STEP, "accelerator_count": COUNT_STEP}
    exact = {
        field: f"{Decimal(values[field]).quantize(step).normalize():f}"
        for field, step in steps.items()
        if values.get(field)
    }
    return values | exact


def _figure(text: Any) -> str:
    if text in {None, ""}:
        return ""
    try:
        value = Decimal(str(text))
    except InvalidOperation:
        return f"{text!r} is no number; write it like 1234.5"
    if not value.is_finite() or abs(value) > LARGEST:
        return f"{text} is no figure that a row can hold"
    return ""


def _too_small_or_large(values: Mapping[str, Any], known: Reasons) -> Reasons:
    reasons: Reasons = {}
    amount, count = (values.get(field) for field in ("amount", "accelerator_count"))
    if amount and "amount" not in known and 0 < Decimal(amount) < AMOUNT_STEP:
        reasons["amount"] = f"{amount} is less than {AMOUNT_STEP}, the smallest price kept"
    if count and "accelerator_count" not in known:
        if Decimal(count) > MOST_ACCELERATORS:
            reasons["accelerator_count"] = f"{count} is more than {MOST_ACCELERATORS}"
        elif 0 < Decimal(count) < COUNT_STEP:
            reasons["accelerator_count"] = f"{count} is less than {COUNT_STEP}"
    return reasons


def _date(text: Any) -> Reasons:
    if not text:
        return {}
    try:
        dt.date.fromisoformat(str(text))
    except ValueError:
        return {"observed_on": f"{text!r} is no date; write it like 2026-05-24"}
    return {}


def _too_long(values: Mapping[str, Any]) -> Reasons:
    reasons: Reasons = {}
    for field, most in LONGEST.items():
        if len(str(values.get(field, ""))) > most:
            reasons[field] = f"is longer than {most} characters"
    return reasons


def _unit(values: Mapping[str, Any]) -> Reasons:
    wanted = "each" if values.get("pricing") == Offer.Pricing.BUY else "h"
    unit = values.get("unit") or wanted
    if unit == wanted:
        return {}
    return {"unit": f"{unit!r}, but a price of kind {values.get('pricing')!r} is per {wanted!r}"}
