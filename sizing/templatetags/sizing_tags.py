"""Template filters of sizing's pages."""

from django import template
from django.utils.safestring import SafeString

from sizing import charts, formats
from sizing.presentation import words
from sizing.presentation.words import bottleneck_in_words, evidence_in_words

register = template.Library()


@register.filter
def figure(value: object) -> str:
    """Three significant digits; a dash for what an answer does not hold."""
    return formats.figure(_number(value))


@register.filter
def gigabytes(value: float) -> str:
    """Bytes as GB (1e9 bytes), three significant digits."""
    return formats.figure(value / 1e9)


@register.filter
def money(value: float) -> str:
    """An amount in whole units of its currency, with separators."""
    return f"{value:,.0f}"


@register.filter
def percent(value: object) -> str:
    """A share as per cent; a dash for what an answer does not hold."""
    return formats.percent(_number(value))


def _number(value: object) -> float | None:
    # A name that a template cannot resolve arrives as an empty text.
    return value if isinstance(value, int | float) else None


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


@register.filter
def metric_label(name: str) -> str:
    """A metric of the API in words, without its unit."""
    return words.metric_in_words(name)[0]


@register.filter
def metric_unit(name: str) -> str:
    """The unit of a metric of the API."""
    return words.metric_in_words(name)[1]


@register.filter
def kind_label(name: str) -> str:
    """A kind of workload in words."""
    return words.KINDS.get(name, name)


@register.filter
def load_label(name: str) -> str:
    """A load of a workload in words."""
    return words.LOADS.get(name, name)


@register.filter
def reason_label(name: str) -> str:
    """Why an accelerator was left out, in a word or two."""
    return words.REASONS.get(name, name.replace("_", " "))
