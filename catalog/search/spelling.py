"""Typing errors: each word that nothing is called by is replaced by the nearest one that is."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping

LEAST_LIKENESS = 0.7
MOST_NEAR = 4
SHORTEST = 3
"""Shorter words are near to everything."""
_WORD = re.compile(r"[a-z0-9.]+")
_LOOKALIKES = str.maketrans("oil", "011")


def vocabulary(texts: Iterable[str]) -> Counter[str]:
    """The words of many names, with how many names have each."""
    return Counter(word for text in texts for word in set(_WORD.findall(text.lower())))


def corrections(text: str, known: Mapping[str, int]) -> list[str]:
    """Texts that may have been meant, likeliest first; empty when every word is known."""
    words = text.split()
    near = [_near(word, known) for word in words]
    best = [names[0] if names else word for word, names in zip(words, near, strict=True)]
    meant = [" ".join(best)]
    for place, names in enumerate(near):
        meant += [" ".join([*best[:place], name, *best[place + 1 :]]) for name in names[1:]]
    return [one for one in meant[:MOST_NEAR] if one.lower() != text.lower()]


def _near(word: str, known: Mapping[str, int]) -> list[str]:
    lowered = word.lower()
    if len(lowered) < SHORTEST or any(lowered in name for name in known):
        return []
    # Letters typed for digits ("H10O") are the commonest slip in the names of parts.
    digits = lowered.translate(_LOOKALIKES)
    names = [name for name in known if name.translate(_LOOKALIKES) == digits]
    if not names:
        names = difflib.get_close_matches(lowered, known, MOST_NEAR, LEAST_LIKENESS)
        names.sort(key=lambda name: (-_likeness(lowered, name), -known[name], name))
    return [_cased(name, word) for name in names]


def _likeness(word: str, name: str) -> float:
    return difflib.SequenceMatcher(None, name, word).ratio()


def _cased(name: str, typed: str) -> str:
    return name.upper() if typed.isupper() or any(map(str.isdigit, name)) else name
