"""SVG elements as escaped text."""

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe


def element(name: str, *children: str, **attributes: object) -> str:
    """One element. `class_` becomes `class`, underscores become hyphens; children are markup."""
    written = "".join([f' {_name(key)}="{_plain(value)}"' for key, value in attributes.items()])
    inner = "".join(children)
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


@lru_cache(256)
def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _plain(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else escape(str(value))


def text(content: str, **attributes: object) -> str:
    """A text element; the content is escaped."""
    return element("text", escape(content), **attributes)


def title(content: str) -> str:
    """What a pointer or a screen reader shows for the element around it."""
    return element("title", escape(content))


def document(
    parts: Iterable[str], *, width: int, height: int, label: str, **attributes: object
) -> SafeString:
    """A whole drawing with an accessible name."""
    markup = element(
        "svg",
        title(label),
        *parts,
        viewBox=f"0 0 {width} {height}",
        role="img",
        **attributes,
    )
    return mark_safe(markup)  # noqa: S308 - every text above went through escape()


def ornament(parts: Iterable[str], *, width: int, height: int, class_: str) -> SafeString:
    """A small drawing beside words that say the same."""
    box = f"0 0 {width} {height}"
    markup = element("svg", *parts, viewBox=box, class_=class_, aria_hidden="true")
    return mark_safe(markup)  # noqa: S308 - every text above went through escape()
