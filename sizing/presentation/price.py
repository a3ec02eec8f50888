"""A visitor's price per million tokens, beside the first recommendation."""

import math
from collections.abc import Mapping
from typing import Any

from sizing.break_even import break_even

WRONG = "Give a price above zero, such as 0.60."


def price_context(content: Mapping[str, Any], text: str) -> dict[str, Any]:
    """What the headline needs: the text as typed, what is wrong with it, or the break-even."""
    found: dict[str, Any] = {"price_text": text[:20]}
    if not text.strip() or not content["recommendations"]:
        return found
    first = content["recommendations"][0]
    cost = (first.get("cost") or {}).get("per_h")
    # Sized for a peak, it can generate more than at the load as stated.
    most = (first.get("sized_for") or first)["metrics"]
    rate = (most.get("output_tokens_per_s") or {}).get("value")
    price = _positive(text)
    if price is None:
        return {**found, "price_problem": WRONG}
    if not cost or not rate:
        return {**found, "price_problem": "The first recommendation has no price to compare with."}
    return {
        **found,
        "break_even": break_even(
            cost_per_h=float(cost), output_tokens_per_s=rate, price_per_million_tokens=price
        ),
    }


def _positive(text: str) -> float | None:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and value > 0 else None
