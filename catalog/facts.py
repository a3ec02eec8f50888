"""Facts: every known figure of a row with the claim behind it and the claims beside it."""

import datetime as dt
from collections import defaultdict
from typing import Any

from attrs import frozen

from catalog.fields import LABELS, label, unit
from catalog.models import Accelerator, Claim, InstanceType, Server
from catalog.provenance.weighing import weigh

# Not read anywhere: the catalog's own grouping, or shown at the top of the page.
NOT_FACTS = {"vendor", "family", "kind", "capacity_basis"}


@frozen(kw_only=True)
class Fact:
    """One field of one row.

    Attributes:
        method: stated, measured or derived; empty when no claim is known.
        observed_on: None when the source gives no date.
        url: page of the fact with every claim.
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
    url: str = ""
    others: tuple[str, ...] = ()
    disputed: bool = False


def facts_of(row: Accelerator | Server | InstanceType) -> list[Fact]:
    """Facts in the order of `catalog.fields`; unknown figures have none. One query."""
    claims: dict[str, list[Claim]] = defaultdict(list)
    for claim in row.claims.select_related("source"):
        claims[claim.field].append(claim)
    page = row.get_absolute_url()
    found = []
    for field in LABELS:
        text, words = shown(row, field)
        if field not in NOT_FACTS and (text or field in claims):
            found.append(_fact(field, (text, words), claims.get(field, []), page))
    return found


def shown(row: Any, field: str) -> tuple[str, str]:
    """A field's value as claims have it, and as pages say it; both empty when unknown."""
    text = _text(row, field)
    display = getattr(row, f"get_{field}_display", None)
    return text, (display() if display else "") or text


def _text(row: Any, field: str) -> str:
    if field in ("vendor", "accelerator", "accelerator_form"):
        return str(getattr(row, field, None) or "")
    return text_of(getattr(row, field, None))


def text_of(value: Any) -> str:
    """The value of a column as claims have it; empty when unknown."""
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


def _fact(field: str, said: tuple[str, str], claims: list[Claim], page: str) -> Fact:
    text, words = said
    about: dict[str, Any] = {"field": field, "label": label(field), "unit": unit(field)}
    url = f"{page}facts/{field}/"
    weighed = weigh(claims, text)
    if weighed is None:
        return Fact(**about, value=words, url=url)
    chosen = weighed.chosen
    return Fact(
        **about,
        value=words or chosen.value,
        method=chosen.method,
        source_title=chosen.source.title,
        source_slug=chosen.source.slug,
        source_url=chosen.source.get_absolute_url(),
        locator=chosen.locator,
        observed_on=chosen.observed_on,
        note=chosen.note,
        url=url,
        others=tuple(
            f"{claim.source.title}: {claim.value} {claim.unit}".strip() for claim in weighed.beside
        ),
        disputed=bool(weighed.disputing),
    )
