"""What all filter sets of one class share.

django-filter copies every filter of a set in full, makes a form class of them and has the form
copy its fields: with twenty filters, that takes longer than to answer the question. Nothing here
alters a filter or a field after its class is made, so copies can share what they hold.
"""

import copy
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import django_filters as filters
from django import forms
from django_filters.widgets import SuffixedMultiWidget

_form_classes: dict[type, type[forms.Form]] = {}


class DeclaredFilters(dict[str, filters.Filter]):
    """Filters of a class; a copy has filters of its own that share their choices."""

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, filters.Filter]:
        return {name: _copied(declared) for name, declared in self.items()}


class DeclaredFields(dict[str, forms.Field]):
    """Fields of a form class; a copy has the same ones."""

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, forms.Field]:
        return dict(self)


def form_class(filterset_class: type, make: Callable[[], type[forms.Form]]) -> type[forms.Form]:
    """The form of a class of filter sets, made once."""
    if filterset_class not in _form_classes:
        made: Any = make()
        made.base_fields = DeclaredFields(made.base_fields)
        _form_classes[filterset_class] = made
    return _form_classes[filterset_class]


def parameter_names(filterset_class: Any) -> tuple[str, ...]:
    """The parameters of an address that a class of filter sets reads."""
    return _parameter_names(filterset_class)


@lru_cache(64)
def _parameter_names(filterset_class: Any) -> tuple[str, ...]:
    names: list[str] = []
    for name, declared in filterset_class.get_filters().items():
        widget = declared.field.widget
        ranged = isinstance(widget, SuffixedMultiWidget)
        names += [f"{name}_{end}" for end in widget.suffixes] if ranged else [name]
    return tuple(names)


def _copied(declared: filters.Filter) -> filters.Filter:
    own = copy.copy(declared)
    if own.method is not None:
        # Setting it binds the new filter, where the copied attribute is bound to the old one.
        own.method = declared.method
    return own
