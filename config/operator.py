"""The local operator: an account with a one-time sign-in link and an API token in a file."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model, login, logout
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from knox.models import AuthToken

LINK_SALT = "ridgeline.sign-in"
LINK_LASTS_S = 24 * 3600


class SignIn(LoginView):
    """Name and password, for installations with more than the local operator."""

    template_name = "sign_in.html"
    redirect_authenticated_user = True


def ensure_operator() -> User:
    """The account of whoever runs this installation; made on first start, without a password."""
    operator, created = get_user_model().objects.get_or_create(
        username="operator", defaults={"is_staff": True, "is_superuser": True}
    )
    if created:
        operator.set_unusable_password()
        operator.save(update_fields=["password"])
    return operator


def token_path() -> Path:
    """Where the operator's API token is kept (mode 600)."""
    return Path(settings.DATA_DIR) / "operator-token"


def ensure_token(operator: User) -> Path:
    """Writes an API token unless the file already holds one."""
    path = token_path()
    if not path.exists():
        _, token = AuthToken.objects.create(user=operator)
        path.touch(mode=0o600)
        path.write_text(token + "\n", encoding="utf-8")
    return path


def one_time_link(operator: User, base_url: str) -> str:
    """A sign-in address that works once: it dies with the next sign-in, or after a day."""
    key = signing.dumps({"user": operator.pk, "state": _state(operator)}, salt=LINK_SALT)
    return f"{base_url}/sign-in/once/?key={key}"


def _state(operator: User) -> str:
    # last_login changes when the link is used, so the same link cannot be used again.
    return hashlib.sha256(f"{operator.pk}:{operator.last_login}".encode()).hexdigest()[:16]


@require_GET
def sign_in_once(request: HttpRequest) -> HttpResponse:
    """Signs in whoever holds a fresh link."""
    try:
        data = signing.loads(request.GET.get("key", ""), salt=LINK_SALT, max_age=LINK_LASTS_S)
        operator = get_user_model().objects.get(pk=data["user"], is_active=True)
    except (signing.BadSignature, get_user_model().DoesNotExist):
        return _link_refused(request)
    if data["state"] != _state(operator):
        return _link_refused(request)
    login(request, operator, backend="django.contrib.auth.backends.ModelBackend")
    get_user_model().objects.filter(pk=operator.pk).update(last_login=timezone.now())
    return redirect(settings.LOGIN_REDIRECT_URL)


def _link_refused(request: HttpRequest) -> HttpResponse:
    message = (
        "This sign-in link was used already or is too old. "
        "Run “./manage.py operator --link” on the server for a new one."
    )
    return render(
        request, "message.html", {"title": "Link expired", "message": message}, status=403
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return redirect(settings.LOGIN_REDIRECT_URL)
