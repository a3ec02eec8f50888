"""What another app of the site adds to a comparison; the catalog knows nothing of its insides."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen
from django.conf import settings
from django.http import QueryDict
from django.utils.module_loading import import_string

from catalog.comparing.lines import Line


@frozen(kw_only=True)
class Part:
    """Lines below those of the catalog, and the form that asks for them.

    Attributes:
        template: draws the form; `context` is what it expects.
        fields: parameters of the address that belong to the form.
        problems: what is wrong with them, each with its name; the form says it too.
    """

    template: str
    context: Mapping[str, Any]
    lines: tuple[Line, ...]
    fields: tuple[str, ...]
    problems: tuple[str, ...] = ()


def workload_part(rows: Sequence[Any], query: QueryDict) -> Part:
    """The part that the settings name: how the rows do under a workload of the visitor."""
    part: Part = import_string(settings.COMPARED_WORKLOAD)(rows, query)
    return part
