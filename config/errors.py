"""What an address that leads nowhere answers: a page to people, the API's shape to programs."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, for addresses under /api/ as JSON."""
    if not request.path.startswith("/api/"):
        return defaults.page_not_found(request, exception)
    error = {"code": "not_found", "detail": "There is nothing at this address.", "attr": None}
    return JsonResponse({"type": "client_error", "errors": [error]}, status=404)
