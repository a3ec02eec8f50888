"""Abbreviations in labels and units, and where the glossary explains each."""

import re
from collections.abc import Iterable, Mapping

from attrs import frozen
from django.conf import settings
from django.utils.module_loading import import_string

WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")


@frozen(kw_only=True)
class Explained:
    """An abbreviation as a label has it, and the anchor of its term."""

    word: str
    anchor: str


def abbreviations(text: str) -> list[str]:
    """Words with more than one capital or digit, in order of appearance."""
    return [word for word in WORD.findall(text) if _is_short_for_something(word)]


def _is_short_for_something(word: str) -> bool:
    return sum(letter.isupper() or letter.isdigit() for letter in word) > 1


def explained(texts: Iterable[str]) -> list[Explained]:
    """Abbreviations that the glossary explains, each term once; the settings name the glossary."""
    anchors: Mapping[str, str] = import_string(settings.GLOSSARY_ANCHORS)
    found: dict[str, Explained] = {}
    for text in texts:
        for word in abbreviations(text):
            anchor = anchors.get(word.lower())
            if anchor:
                found.setdefault(anchor, Explained(word=word, anchor=anchor))
    return list(found.values())
