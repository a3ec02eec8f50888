"""What accelerators are called: every name and alias, looked through in memory.

The database would look for the words of a search in the names of accelerators once more for each
word and each noun that refers to one.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from attrs import frozen

from catalog.models import Accelerator, AcceleratorAlias
from catalog.search.folding import folded


@frozen(kw_only=True)
class Names:
    """Names of all accelerators.

    Attributes:
        aliases: primary key and key of each alias.
        rows: primary key, name and family of each accelerator.
    """

    aliases: tuple[tuple[int, str], ...]
    rows: tuple[tuple[int, str, str], ...]

    def with_alias_of(self, words: Iterable[str]) -> set[int]:
        """Accelerators with an alias that holds every word."""
        left: Sequence[tuple[int, str]] = self.aliases
        for part in map(folded, words):
            left = [alias for alias in left if part in alias[1]]
        return {pk for pk, _ in left}

    def with_word(self, word: str) -> set[int]:
        """Accelerators that have the word in an alias, their name or their family."""
        part = folded(word)
        # Makers are not part of an alias key, so a word like "nvidia" is looked up in the name.
        named = {pk for pk, name, family in self.rows if part in name or part in family}
        return named | self.with_alias_of([word])


_read: ContextVar[Names | None] = ContextVar("names of accelerators", default=None)


def names() -> Names:
    """All names; two queries, or none within `read_once`."""
    return _read.get() or _names()


@contextmanager
def read_once() -> Iterator[None]:
    """Within, names are as they were on the way in."""
    token = _read.set(_names())
    try:
        yield
    finally:
        _read.reset(token)


def _names() -> Names:
    aliases = AcceleratorAlias.objects.order_by().values_list("accelerator_id", "key")
    rows = Accelerator.objects.order_by().values_list("pk", "name", "family")
    return Names(
        aliases=tuple((pk, folded(key)) for pk, key in aliases),
        rows=tuple((pk, folded(name), folded(family)) for pk, name, family in rows),
    )
