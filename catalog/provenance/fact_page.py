"""Everything that the catalog knows about one field of one row."""

import datetime as dt

from attrs import frozen

from catalog.facts import NOT_FACTS, shown
from catalog.fields import LABELS, label, unit
from catalog.models import Accelerator, Claim, InstanceType, Server
from catalog.provenance.choosing import trust, why
from catalog.provenance.weighing import Weighed, differ, difference, weigh

Row = Accelerator | Server | InstanceType


@frozen(kw_only=True)
class Statement:
    """One claim, in relation to the chosen one.

    Attributes:
        standing: "chosen", "agrees", "differs", or "earlier" when its source says otherwise now.
        difference: of the chosen value, as a share; None for texts.
        observed_on: None when the source gives no date.
        licence: of the source; empty when it states none.
    """

    value: str
    unit: str
    method: str
    standing: str
    difference: float | None
    source_slug: str
    source_title: str
    source_page: str
    source_url: str
    confidence: int
    licence: str
    locator: str
    observed_on: dt.date | None
    recorded_at: dt.datetime
    note: str

    @property
    def difference_percent(self) -> str:
        """`+3.2 %`; empty when there is none to speak of."""
        if self.difference is None or self.standing == "chosen":
            return ""
        return percent(self.difference) if self.difference else "none"

    @property
    def trust(self) -> str:
        """How far the source is trusted, in words."""
        return trust(self.confidence)


@frozen(kw_only=True)
class FactPage:
    """One field of one row.

    Attributes:
        value: as pages show it; empty when claims exist but the row follows none.
        why: why the row follows the chosen claim.
        statements: every claim: the chosen one first, then others, then earlier ones.
    """

    field: str
    label: str
    unit: str
    value: str
    why: str
    statements: tuple[Statement, ...]

    @property
    def disputed(self) -> bool:
        """Whether a source says otherwise, beyond rounding."""
        return any(one.standing == "differs" for one in self.statements)

    @property
    def largest_difference(self) -> float | None:
        """The difference of the furthest claim that differs, with its sign."""
        apart = [one.difference or 0 for one in self.statements if one.standing == "differs"]
        return max(apart, key=abs, default=None)

    @property
    def furthest(self) -> str:
        """The same for people."""
        return "" if self.largest_difference is None else percent(self.largest_difference)


def percent(share: float) -> str:
    """`+3.2 %`, with a true minus and a space that does not break."""
    return f"{share * 100:+.1f}\N{NO-BREAK SPACE}%".replace("-", "\N{MINUS SIGN}")


def fact_page(row: Row, field: str) -> FactPage | None:
    """The field's claims and choice; None when the catalog knows nothing of it. One query."""
    if field not in LABELS or field in NOT_FACTS:
        return None
    text, words = shown(row, field)
    weighed = weigh(list(row.claims.filter(field=field).select_related("source")), text)
    if not text and weighed is None:
        return None
    return FactPage(
        field=field,
        label=label(field),
        unit=unit(field),
        value=words or (weighed.chosen.value if weighed else ""),
        why=why(weighed),
        statements=_statements(weighed) if weighed else (),
    )


def _statements(weighed: Weighed) -> tuple[Statement, ...]:
    chosen = weighed.chosen
    beside = [
        _statement(claim, chosen, "differs" if differ(claim.value, chosen.value) else "agrees")
        for claim in weighed.beside
    ]
    earlier = [_statement(claim, chosen, "earlier") for claim in weighed.earlier]
    return (_statement(chosen, chosen, "chosen"), *beside, *earlier)


def _statement(claim: Claim, chosen: Claim, standing: str) -> Statement:
    source = claim.source
    return Statement(
        value=claim.value,
        unit=claim.unit,
        method=claim.method,
        standing=standing,
        difference=difference(claim.value, chosen.value),
        source_slug=source.slug,
        source_title=source.title,
        source_page=source.get_absolute_url(),
        source_url=source.url,
        confidence=source.confidence,
        licence=source.licence,
        locator=claim.locator,
        observed_on=claim.observed_on,
        recorded_at=claim.recorded_at,
        note=claim.note,
    )
