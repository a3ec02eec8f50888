"""A facet: one filter of a list whose choices show how many rows each would leave."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import field, frozen
from django.db.models import F, Model
from django.db.models.expressions import Combinable

from catalog.facts import plain

Labels = Callable[[Iterable[Any]], Mapping[Any, tuple[str, str]]]
"""From grouped values to what stands in the URL and what people read."""


@frozen(kw_only=True)
class Facet:
    """One facet.

    Attributes:
        name: of the filter it sets.
        column: makes what its rows are grouped by (ages depend on the day).
        labels: texts of the grouped values; values that it leaves out are no choices.
        params: parameters of the URL that a choice sets, all to the same text.
        apart: counted by itself, because its many values would multiply the groups of others.
        default: the value that narrows the list even when nothing is chosen.
        by_value: the commonest choices stand in order of their values.
    """

    name: str
    label: str
    column: Callable[[], Combinable]
    labels: Labels
    params: tuple[str, ...] = field()
    apart: bool = False
    default: str = ""
    by_value: bool = False

    @params.default
    def _one(self) -> tuple[str, ...]:
        return (self.name,)


def fixed(
    name: str,
    label: str,
    choices: Iterable[tuple[str, str]],
    column: Callable[[], Combinable] | None = None,
    **more: Any,
) -> Facet:
    """One of a fixed set of codes."""
    known = {code: (code, text) for code, text in choices}
    return Facet(
        name=name,
        label=label,
        column=column or (lambda: F(name)),
        labels=lambda _: known,
        **more,
    )


def text(name: str, label: str, column: str = "", *, shown: Any = str, **more: Any) -> Facet:
    """A text that many rows share; rows without it are no choice."""

    def labels(values: Iterable[Any]) -> dict[Any, tuple[str, str]]:
        return {value: (value, shown(value)) for value in values if value}

    return Facet(name=name, label=label, column=lambda: F(column or name), labels=labels, **more)


def figure(name: str, label: str, unit: str, column: str = "") -> Facet:
    """A figure that many rows share: a choice is a range of one value."""

    def labels(values: Iterable[Any]) -> dict[Any, tuple[str, str]]:
        known = (value for value in values if value is not None)
        return {value: (f"{value:g}", f"{plain(value)} {unit}") for value in known}

    params = (f"{name}_min", f"{name}_max")
    return Facet(
        name=name,
        label=label,
        column=lambda: F(column or name),
        labels=labels,
        params=params,
        by_value=True,
    )


def related(name: str, label: str, model: type[Model]) -> Facet:
    """A row of another noun, by its slug."""

    def labels(values: Iterable[Any]) -> dict[Any, tuple[str, str]]:
        rows = model._default_manager.filter(pk__in=list(values))  # noqa: SLF001 - documented
        return {
            pk: (slug, str(title)) for pk, slug, title in rows.values_list("pk", "slug", "name")
        }

    return Facet(name=name, label=label, column=lambda: F(f"{name}_id"), labels=labels)
