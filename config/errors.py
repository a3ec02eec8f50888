"""Refusals made outside the API's own views: a page to people, the API's shape to programs."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views import defaults


def refusal(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    """One error; under /api/ as JSON, elsewhere as the page of that status."""
    if not request.path.startswith("/api/"):
        return render(request, f"{status}.html", status=status)
    error = {"code": code, "detail": detail, "attr": None}
    return JsonResponse({"type": "client_error", "errors": [error]}, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 of addresses that lead nowhere."""
    if request.path.startswith("/api/"):
        return refusal(request, 404, "not_found", "There is nothing at this address.")
    return defaults.page_not_found(request, exception)
