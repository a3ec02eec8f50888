"""The words of these pages, explained."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sizing.glossary import TERMS


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """All terms in one list; each has an anchor to link to."""
    return render(request, "sizing/glossary.html", {"terms": TERMS})
