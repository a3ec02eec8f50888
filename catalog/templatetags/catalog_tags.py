"""Template tags of the catalog's pages."""

from collections.abc import Iterable
from typing import Any

from django import template

from catalog.abbreviations import Explained, explained

register = template.Library()


@register.inclusion_tag("catalog/_glossary.html")
def glossary_line(*groups: Iterable[Any]) -> dict[str, list[Explained]]:
    """Links to the abbreviations in labels and units of heads, facts or lines, or of tables."""
    labelled = (one for group in groups for item in group for one in getattr(item, "heads", [item]))
    return {"terms": explained(text for one in labelled for text in (one.label, one.unit))}
