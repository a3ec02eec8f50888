"""The part of a sizing's page that says what is being measured for it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.views.unlisted import unlisted
from sizing import selectors
from sizing.models import Sizing
from sizing.presentation.narrowing import changed_figures, narrowing_of
from sizing.services.measuring import settle


def narrowing_context(sizing: Sizing) -> dict[str, Any]:
    """What the part shows; nothing where nothing was to be measured."""
    narrowing = narrowing_of(sizing)
    if narrowing is None:
        return {}
    return {
        "narrowing": narrowing,
        "asked": narrowing.runs.select_related("device__host", "calibration"),
        "changed": changed_figures(sizing, narrowing),
    }


@require_safe
def narrowing(request: HttpRequest, pk: str) -> HttpResponse:
    """Fetched again while devices are at work; then the page shows the new answer."""
    row = settle(get_object_or_404(selectors.sizings(), pk=pk))
    context = {"sizing": row, **narrowing_context(row)}
    response = unlisted(render(request, "sizing/_narrowing.html", context))
    if row.status == "done":
        response["HX-Refresh"] = "true"
    return response
