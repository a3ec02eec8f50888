"""Choices of a facet, and how they stand in a list: a long list has hundreds of them."""

from collections.abc import Iterable

from attrs import frozen
from django.utils.safestring import SafeString, mark_safe

from catalog.drawing import escape

REMOVE = '<span aria-hidden="true">✕</span> <span class="visually-hidden">Remove </span>'


@frozen(kw_only=True)
class Choice:
    """One choice: `query` sets it, or takes it away when it is chosen."""

    text: str
    count: int
    query: str
    chosen: bool


def draw(choices: Iterable[Choice]) -> SafeString:
    """List items with a link and the number of rows that it leaves."""
    return mark_safe("".join(map(_item, choices)))  # noqa: S308 - every text is escaped below


def _item(choice: Choice) -> str:
    current, remove = (' aria-current="true"', REMOVE) if choice.chosen else ("", "")
    return (
        f'<li><a href="{escape(choice.query)}" rel="nofollow"{current}>{remove}'
        f'{escape(choice.text)} <span class="unit">{choice.count:,}</span></a></li>'
    )
