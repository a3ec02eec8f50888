"""Middleware that concerns every request."""

import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from config.errors import refusal

Handler = Callable[[HttpRequest], HttpResponse]
ALWAYS_OPEN = ("/sign-in/", "/theme/", "/static/", "/healthz", "/readyz")
# Links of mails: one click must end an alert, whoever follows it. Asking for one stays closed.
ALERTS, NEW_ALERT = "/alerts/", "/alerts/new/"


class RequestIdMiddleware:
    """Binds an id to the logs of one request and returns it as X-Request-ID."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex[:12]
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


class RefuseNulMiddleware:
    """Answers 400 to an address that holds NUL: no name has one, and PostgreSQL faults on it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return refusal(request, 400, "invalid", "An address cannot hold the character NUL.")
        return self.get_response(request)


class CloseEverythingMiddleware:
    """With REQUIRE_SIGN_IN on, nothing but signing in and health checks answers strangers."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.REQUIRE_SIGN_IN and not self._may_pass(request):
            return self._refuse(request)
        return self.get_response(request)

    @staticmethod
    def _may_pass(request: HttpRequest) -> bool:
        if request.path.startswith(ALWAYS_OPEN) or request.user.is_authenticated:
            return True
        if request.path.startswith(ALERTS) and not request.path.startswith(NEW_ALERT):
            return True
        # A token is checked by the API itself; here it only has to be offered and valid.
        return request.path.startswith("/api/") and _token_is_valid(request)

    @staticmethod
    def _refuse(request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            return refusal(request, 401, "not_authenticated", "Sign in or send a token.")
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)


def _token_is_valid(request: HttpRequest) -> bool:
    from rest_framework.exceptions import AuthenticationFailed
    from rest_framework.request import Request

    from config.tokens import BearerTokens

    try:
        return BearerTokens().authenticate(Request(request)) is not None
    except AuthenticationFailed:
        return False
