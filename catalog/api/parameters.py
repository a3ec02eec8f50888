"""Which query parameters a list takes; a mistyped filter would else give every row."""

import difflib
from collections.abc import Iterator
from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.settings import api_settings

from catalog.filtersets.declared import parameter_names
from catalog.listing.column_choice import PARAM

MOST_TOLD = 5


def refuse_unknown(request: Request, view: Any) -> None:
    """Say which parameters of a request its list does not know.

    Raises:
        ValidationError: naming each of them, with those that there are.
    """
    known = set(known_parameters(view))
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise ValidationError(
            {
                name[:40]: [ErrorDetail(_remedy(name, known), code="unknown_parameter")]
                for name in unknown[:MOST_TOLD]
            }
        )


def known_parameters(view: Any) -> Iterator[str]:
    """Filters, paging, form and columns; `own_parameters` of the view come on top."""
    if api_settings.URL_FORMAT_OVERRIDE:
        yield api_settings.URL_FORMAT_OVERRIDE
    usual: Any = api_settings.DEFAULT_PAGINATION_CLASS
    pages = getattr(view, "pagination_class", None) or usual
    if pages is not None:
        yield pages.page_query_param
        yield pages.page_size_query_param
    if getattr(view, "columns", ()):
        yield PARAM
    filterset_class = getattr(view, "filterset_class", None)
    if filterset_class is not None:
        yield from parameter_names(filterset_class)
    yield from getattr(view, "own_parameters", ())


def _remedy(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    return f"This list has no such parameter.{meant} It knows {', '.join(sorted(known))}."
