"""Template filters of sizing's pages."""

from django import template
from django.utils.safestring import SafeString

from sizing import charts, formats
from sizing.presentation.words import bottleneck_in_words, evidence_in_words

register = template.Library()


@register.filter
def figure(value: float | None) -> str:
    """Three significant digits."""
    return formats.figure(value)


@register.filter
def percent(value: float | None) -> str:
    """A share as per cent."""
    return formats.percent(value)


@register.filter
def memory_bar(memory: dict[str, float]) -> SafeString:
    """The memory of one accelerator as inline SVG."""
    return charts.memory_bar(memory)


@register.filter
def evidence(level: str) -> str:
    """What an evidence level means."""
    return evidence_in_words(level)


@register.filter
def bottleneck(name: str) -> str:
    """What holds an answer back, in words."""
    return bottleneck_in_words(name)
