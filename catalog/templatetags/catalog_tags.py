"""Template tags of the catalog's pages."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString

from catalog.abbreviations import explained
from catalog.listing.drawing import draw_heads
from catalog.listing.tables import Head

register = template.Library()


@register.simple_tag
def glossary_line(*groups: Iterable[Any]) -> SafeString:
    """Links to the abbreviations in labels and units of heads, facts or lines, or of tables."""
    labelled = (one for group in groups for item in group for one in getattr(item, "heads", [item]))
    texts = tuple(text for one in labelled for text in (one.label, one.unit))
    return _glossary_line(texts, get_script_prefix())


@lru_cache(512)
def _glossary_line(texts: tuple[str, ...], _prefix: str) -> SafeString:
    # The same few tables have the same heads on every page; links depend on the prefix.
    return render_to_string("catalog/_glossary.html", {"terms": explained(texts)})


@register.simple_tag
def head_cells(heads: Iterable[Head]) -> SafeString:
    """The heads of a table's columns."""
    return draw_heads(heads)
