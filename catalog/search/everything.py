"""One search over everything that the catalog and its users know."""

from collections.abc import Sequence
from itertools import chain
from urllib.parse import urlencode

from attrs import frozen

from catalog.kept import Kept
from catalog.search.called import read_once
from catalog.search.nouns import Hit, Noun, nouns
from catalog.search.spelling import corrections, vocabulary

MOST_CHARACTERS = 200
KEPT = Kept(most=512)
"""Answers; nothing that is searched changes without a revision of the catalog."""


@frozen(kw_only=True)
class Group:
    """The hits of one noun, with the addresses of all of them."""

    noun: str
    title: str
    count: int
    url: str
    api_url: str
    hits: tuple[Hit, ...]


@frozen(kw_only=True)
class Answer:
    """What a search gave.

    Attributes:
        asked: the text as it was typed.
        searched: the text that gave the groups; another one when nothing is called `asked`.
        groups: nouns with hits, in the order of the settings.
        did_you_mean: spellings near `asked`, likeliest first, when nothing is called that.
    """

    asked: str
    searched: str
    groups: tuple[Group, ...]
    did_you_mean: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Rows of all nouns together."""
        return sum(group.count for group in self.groups)


def search(text: str) -> Answer:
    """Rows of every noun; when there are none, those of the nearest spelling."""
    asked = " ".join(text.split())
    return KEPT.get(asked, lambda: _search(asked))


def _search(asked: str) -> Answer:
    with read_once():
        return _searched(asked, nouns())


def _searched(asked: str, known: Sequence[Noun]) -> Answer:
    groups = _groups(asked, known)
    if groups or not asked:
        return Answer(asked=asked, searched=asked, groups=groups)
    words = vocabulary(chain.from_iterable(noun.words() for noun in known))
    meant = corrections(asked, words)
    groups = _groups(meant[0], known) if meant else ()
    return Answer(
        asked=asked,
        searched=meant[0] if groups else asked,
        groups=groups,
        did_you_mean=tuple(meant) if groups else (),
    )


def _groups(text: str, known: Sequence[Noun]) -> tuple[Group, ...]:
    if not text:
        return ()
    found = ((noun, noun.find(text)) for noun in known)
    return tuple(
        Group(
            noun=noun.name,
            title=noun.title,
            count=rows.count,
            url=f"{noun.url}?{urlencode({'search': text})}",
            api_url=f"{noun.api_url}?{urlencode({'search': text})}",
            hits=rows.hits,
        )
        for noun, rows in found
        if rows.count
    )
