"""Facts: every known figure of a row with the claim behind it and the claims beside it."""

import datetime as dt
from collections import defaultdict
from typing import Any

from attrs import evolve, frozen

from catalog.fields import LABELS, label, unit
from catalog.models import Accelerator, Claim, InstanceType, Server

TOLERANCE = 0.02
"""Figures that differ by more than this share are a dispute, less is rounding."""


# Not read anywhere: the catalog's own grouping, or shown at the top of the page.
NOT_FACTS = {"vendor", "family", "kind", "capacity_basis"}


@frozen(kw_only=True)
class Fact:
    """One field of one row.

    Attributes:
        method: stated, measured or derived; empty when no claim is known.
        observed_on: None when the source gives no date.
        others: what other claims say, in words.
        disputed: whether one of them differs beyond tolerance.
    """

    field: str
    label: str
    value: str
    unit: str
    method: str = ""
    source_title: str = ""
    source_slug: str = ""
    source_url: str = ""
    locator: str = ""
    observed_on: dt.date | None = None
    note: str = ""
    others: tuple[str, ...] = ()
    disputed: bool = False


def facts_of(row: Accelerator | Server | InstanceType) -> list[Fact]:
    """Facts in the order of `catalog.fields`; unknown figures have none. One query."""
    claims: dict[str, list[Claim]] = defaultdict(list)
    for claim in row.claims.select_related("source"):
        claims[claim.field].append(claim)
    return [
        _in_words(row, _fact(field, text, claims.get(field, [])))
        for field in LABELS
        if field not in NOT_FACTS and ((text := _text(row, field)) or field in claims)
    ]


def _in_words(row: Any, fact: Fact) -> Fact:
    """The fact with the words of a choice in place of its code."""
    display = getattr(row, f"get_{fact.field}_display", None)
    return evolve(fact, value=words) if display and (words := display()) else fact


def _text(row: Any, field: str) -> str:
    if field in ("vendor", "accelerator", "accelerator_form"):
        return str(getattr(row, field, None) or "")
    value = getattr(row, field, None)
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return ", ".join(value)
    return plain(value)


def plain(value: Any) -> str:
    """A value as text: figures without needless zeros."""
    if isinstance(value, float):
        return f"{value:,.10g}" if abs(value) >= 1000 else f"{value:.10g}"
    if hasattr(value, "normalize"):
        return f"{value.normalize():f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def with_unit(value: float | None, of: str) -> str:
    """A figure and its unit; empty when unknown."""
    return "" if value is None else f"{plain(value)} {of}"


def _fact(field: str, text: str, claims: list[Claim]) -> Fact:
    base = Fact(field=field, label=label(field), value=text, unit=unit(field))
    if not claims:
        return base
    chosen = next((claim for claim in claims if _same(claim.value, text)), claims[0])
    others = [claim for claim in claims if claim.pk != chosen.pk]
    return Fact(
        field=field,
        label=base.label,
        value=text or chosen.value,
        unit=base.unit,
        method=chosen.method,
        source_title=chosen.source.title,
        source_slug=chosen.source.slug,
        source_url=chosen.source.get_absolute_url(),
        locator=chosen.locator,
        observed_on=chosen.observed_on,
        note=chosen.note,
        others=tuple(
            f"{claim.source.title}: {claim.value} {claim.unit}".strip() for claim in others
        ),
        disputed=any(_differ(claim.value, chosen.value) for claim in others),
    )


def _same(left: str, right: str) -> bool:
    figures = _figure(left) is not None and _figure(right) is not None
    return left == right or (figures and not _differ(left, right))


def _differ(left: str, right: str) -> bool:
    one, other = _figure(left), _figure(right)
    if one is None or other is None:
        return False  # two spellings of a name are no dispute
    return abs(one - other) > TOLERANCE * max(abs(one), abs(other))


def _figure(text: str) -> float | None:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None
