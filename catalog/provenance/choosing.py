"""Which of two claims a row follows, and why, in plain words."""

import datetime as dt

from catalog.models import Claim
from catalog.provenance.weighing import TOLERANCE, Weighed, figure

CONFIDENCE = ("rumour", "second hand", "stated by a reader", "first hand")
Rank = tuple[int, bool, dt.date]


def rank(claim: Claim) -> Rank:
    """How far a claim is trusted: source first, then stated or measured, then the newer reading."""
    derived = claim.method == Claim.Method.DERIVED
    return (claim.source.confidence, not derived, claim.observed_on or dt.date.min)


def takes_over(new: Claim, chosen: Claim | None) -> bool:
    """The usual choice: a new claim is followed unless the chosen one is trusted more."""
    return chosen is None or rank(new) >= rank(chosen)


def why(weighed: Weighed | None) -> str:
    """Why the row follows its claim."""
    if weighed is None:
        return "No claim of its own: it was read with the row as a whole."
    if not weighed.beside:
        return "It is the only value that the catalog has read."
    if not weighed.disputing:
        if any(_spelt_otherwise(claim, weighed.chosen) for claim in weighed.beside):
            return "Other sources put it in other words; words are shown, not compared."
        sources = len(weighed.beside) + 1
        return f"All {sources} claims agree within {TOLERANCE:.0%}."
    return _against(weighed.chosen, max(weighed.disputing, key=rank))


def _spelt_otherwise(claim: Claim, chosen: Claim) -> bool:
    return figure(claim.value) is None and claim.value != chosen.value


def _against(chosen: Claim, best: Claim) -> str:
    (mine, given, read), (theirs, also_given, also_read) = rank(chosen), rank(best)
    if mine > theirs:
        return f"Its source is trusted more: {trust(mine)}, against {trust(theirs)}."
    if mine < theirs:
        return (
            f"The editors of the catalog follow it although {best.source.title} is trusted more "
            f"({trust(theirs)}, against {trust(mine)})."
        )
    if given and not also_given:
        return f"It is {chosen.get_method_display().lower()}, the other value is derived."
    if read > also_read and given == also_given:
        return f"The sources are trusted alike ({trust(mine)}); it was read later."
    return (
        f"The sources are trusted alike ({trust(mine)}); the editors of the catalog follow this "
        "one after looking at the others."
    )


def trust(confidence: int) -> str:
    """The confidence in a source, in words."""
    return f"{CONFIDENCE[confidence]}, {confidence} of 3"
