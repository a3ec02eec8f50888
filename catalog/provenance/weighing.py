"""Sorts the claims about one field: the one that the row follows, what stands beside it, the past.

Pure: works on claims that are loaded, with their sources.
"""

from collections.abc import Sequence

from attrs import frozen

from catalog.models import Claim

TOLERANCE = 0.02
"""Figures that differ by more than this share are a dispute, less is rounding."""
NOT_CHOSEN = "Not chosen."
"""Note of a claim that a data file keeps beside the one it chose."""


@frozen(kw_only=True)
class Weighed:
    """Claims about one field.

    Attributes:
        chosen: the claim behind the value of the row.
        beside: the newest word of every other source.
        earlier: what a source said before it said otherwise.
    """

    chosen: Claim
    beside: tuple[Claim, ...]
    earlier: tuple[Claim, ...]

    @property
    def disputing(self) -> tuple[Claim, ...]:
        """Claims beside the chosen one that differ from it beyond tolerance."""
        return tuple(claim for claim in self.beside if differ(claim.value, self.chosen.value))


def weigh(claims: Sequence[Claim], text: str) -> Weighed | None:
    """Claims about a field whose row says `text`; None without claims.

    Nothing is ever removed, so a source that was read again has several claims in one place:
    the newest of them stands, unless the row still follows another.
    """
    if not claims:
        return None
    newest_first = sorted(claims, key=lambda claim: -(claim.pk or 0))
    same = [claim for claim in newest_first if _same(claim.value, text)]
    chosen = max(same, key=_picked) if same else newest_first[0]
    spoken = {_speaker(chosen)}
    beside: list[Claim] = []
    earlier: list[Claim] = []
    for claim in newest_first:
        if claim is chosen:
            continue
        (earlier if _speaker(claim) in spoken else beside).append(claim)
        spoken.add(_speaker(claim))
    return Weighed(chosen=chosen, beside=tuple(beside), earlier=tuple(earlier))


def _picked(claim: Claim) -> tuple[bool, int, int]:
    return (claim.note != NOT_CHOSEN, claim.source.confidence, claim.pk or 0)


def _speaker(claim: Claim) -> tuple[int, str, bool]:
    # A data set that contradicts itself has one claim that a file chose and one that it did not.
    return (claim.source_id, claim.locator, claim.note == NOT_CHOSEN)


def _same(left: str, right: str) -> bool:
    figures = figure(left) is not None and figure(right) is not None
    return left == right or (figures and not differ(left, right))


def differ(left: str, right: str) -> bool:
    """Whether two figures differ beyond tolerance; two spellings of a name are no dispute."""
    one, other = figure(left), figure(right)
    if one is None or other is None:
        return False
    return abs(one - other) > TOLERANCE * max(abs(one), abs(other))


def difference(value: str, chosen: str) -> float | None:
    """How far a value lies from the chosen one, as a share of it; None where they are texts."""
    one, base = figure(value), figure(chosen)
    return None if one is None or not base else one / base - 1


def figure(text: str) -> float | None:
    """The number that a value is; None for texts."""
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None
