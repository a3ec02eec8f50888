"""How accurate is this?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sizing.accuracy import shipped_accuracy


@require_safe
def accuracy(request: HttpRequest) -> HttpResponse:
    """The engine scored on published measurements, as shipped."""
    return render(request, "sizing/accuracy.html", {"report": shipped_accuracy()})
